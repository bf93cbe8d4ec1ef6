"""What is true of the simulated centre: a frozen value for each mechanism, and the streams that they draw from."""

from klankbord.twin.parameters.asking import Asking, CommentStyle, Predictions, Response, Scanners
from klankbord.twin.parameters.customers import Customers, Experience, Mood, Scores, Value
from klankbord.twin.parameters.demand import (
    Arrivals,
    Automation,
    Handling,
    Happenings,
    Journeys,
    Queueing,
    Repeats,
    Transfers,
)
from klankbord.twin.parameters.mechanism import Mechanism, plain, table
from klankbord.twin.parameters.people import CONDITIONS, ELEMENTS, PATHS, Agents, Elements, Path, Pulse, Turnover
from klankbord.twin.parameters.streams import stream
from klankbord.twin.parameters.world import Parameters

__all__ = [
    "CONDITIONS",
    "ELEMENTS",
    "PATHS",
    "Agents",
    "Arrivals",
    "Asking",
    "Automation",
    "CommentStyle",
    "Customers",
    "Elements",
    "Experience",
    "Handling",
    "Happenings",
    "Journeys",
    "Mechanism",
    "Mood",
    "Parameters",
    "Path",
    "Predictions",
    "Pulse",
    "Queueing",
    "Repeats",
    "Response",
    "Scanners",
    "Scores",
    "Transfers",
    "Turnover",
    "Value",
    "plain",
    "stream",
    "table",
]
