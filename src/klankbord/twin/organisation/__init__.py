"""The simulated organisation: clients, sites, teams, queues, agents, and who is at work on which day."""

from klankbord.twin.organisation.organising import CHANNELS, START, organise
from klankbord.twin.organisation.structure import Codes, Organisation, Reals

__all__ = ["CHANNELS", "START", "Codes", "Organisation", "Reals", "organise"]
