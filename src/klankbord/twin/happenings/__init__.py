"""Events of the simulated centre, and what they do to customers and teams."""

from klankbord.twin.happenings.consequences import effects, events_table, exposure, trainings
from klankbord.twin.happenings.events import KINDS, Happened, happen

__all__ = ["KINDS", "Happened", "effects", "events_table", "exposure", "happen", "trainings"]
