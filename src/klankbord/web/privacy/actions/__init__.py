"""Everything that this room writes; page, job and command call the same."""

from klankbord.web.privacy.actions.keeping import change_attribution, change_history, change_retention
from klankbord.web.privacy.actions.log import take_log
from klankbord.web.privacy.actions.objections import object_to_contact, withdraw_objection
from klankbord.web.privacy.actions.rights import ask_erasure, ask_export, collect_export, look_up

__all__ = [
    "ask_erasure",
    "ask_export",
    "change_attribution",
    "change_history",
    "change_retention",
    "collect_export",
    "look_up",
    "object_to_contact",
    "take_log",
    "withdraw_objection",
]
