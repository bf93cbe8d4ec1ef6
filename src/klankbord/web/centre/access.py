"""Whose eyes agents' names are for."""

from klankbord.web.kernel.access import Actor, ForbiddenError, Role
from klankbord.web.kernel.wording import say

_ALWAYS = frozenset({Role.OWNER, Role.PRIVACY_OFFICER})


def may_name_agents(actor: Actor) -> bool:
    """Say whether an actor may see agents by name.

    Where an organisation does not attribute contacts to persons, a list of them invites just that; only those who
    answer for the register see it.
    """
    return actor.kind == "system" or actor.role in _ALWAYS or actor.organisation.tells_agents_apart


class WithheldError(ForbiddenError):
    """Agents are not shown by name here; the page and the API say why."""

    code = "withheld"


def require_names(actor: Actor) -> None:
    """Refuse agents by name to those who may not see them so."""
    if not may_name_agents(actor):
        raise WithheldError(say("centre.withheld.text"), hint=say("centre.withheld.hint"))
