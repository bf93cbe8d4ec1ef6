"""Queueing that follows load: formulas, planned agents, and waits drawn for contacts."""

from klankbord.twin.queueing.erlang import Waiting, erlang_a, erlang_b, erlang_c, service_level
from klankbord.twin.queueing.planning import headcount, mean_handle_s, slots, staffing
from klankbord.twin.queueing.waits import draw_replies, draw_waits

__all__ = [
    "Waiting",
    "draw_replies",
    "draw_waits",
    "erlang_a",
    "erlang_b",
    "erlang_c",
    "headcount",
    "mean_handle_s",
    "service_level",
    "slots",
    "staffing",
]
