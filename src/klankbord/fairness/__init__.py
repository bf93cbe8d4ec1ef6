"""Agents, teams and sites compared without ranking noise, and what may be shown of people."""

from klankbord.fairness.comparing import standings
from klankbord.fairness.hiding import Shown, minimum
from klankbord.fairness.sharing import RULES, Rule
from klankbord.fairness.shrinking import Shrunk, between_variance, components, shrink
from klankbord.fairness.standing import RELIABLE, Standing, Standings

__all__ = [
    "RELIABLE",
    "RULES",
    "Rule",
    "Shown",
    "Shrunk",
    "Standing",
    "Standings",
    "between_variance",
    "components",
    "minimum",
    "shrink",
    "standings",
]
