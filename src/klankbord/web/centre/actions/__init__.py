"""The only place that writes to the centre: by hand, from files and programs, and learnt from contacts."""

from klankbord.web.centre.actions.agents import forget_agent, place_agent, take_back_spell
from klankbord.web.centre.actions.files import bring_in, drop_stale_files, hold_file, try_file
from klankbord.web.centre.actions.keeping import forgotten_among, pseudonym_of
from klankbord.web.centre.actions.learning import Learnt, Seen, learn
from klankbord.web.centre.actions.units import Brought, Line, look_over, put_unit, put_units

__all__ = [
    "Brought",
    "Learnt",
    "Line",
    "Seen",
    "bring_in",
    "drop_stale_files",
    "forget_agent",
    "forgotten_among",
    "hold_file",
    "learn",
    "look_over",
    "place_agent",
    "pseudonym_of",
    "put_unit",
    "put_units",
    "take_back_spell",
    "try_file",
]
