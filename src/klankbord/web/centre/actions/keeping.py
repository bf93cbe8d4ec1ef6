"""What every writer to the centre does first: show that it may, and wait for the one before."""

import re
from collections.abc import Iterable

from klankbord.errors import KlankbordError
from klankbord.lake.store import Key
from klankbord.web.centre.models import Agent
from klankbord.web.kernel.access import Actor, ForbiddenError, Permission
from klankbord.web.kernel.lakes import lake_of
from klankbord.web.kernel.models import Organisation

_PSEUDONYM = re.compile(r"[0-9a-f]{20}")


class UnknownUnitError(KlankbordError):
    """What was to be changed is not there, or belongs to somebody else."""

    code = "unknown_unit"


def require_keeper(actor: Actor, permission: Permission = Permission.MANAGE_CENTRE) -> None:
    """Refuse who may not keep the register; nobody changes a register of which they see a part."""
    actor.require(permission)
    if not actor.reach.is_everything:
        raise ForbiddenError(
            f"{actor.name} sees a part of the centre only",
            hint="ask somebody who sees all of it",
            case="centre.part_only",
            reach=actor.reach.dimension,
        )


def hold_register(organisation: Organisation) -> None:
    """Let one writer at a time into the centre of an organisation, for as long as the transaction lasts.

    What is worked out from what is there (new codes, spells) would otherwise be worked out twice. Rows that refer to
    the organisation can still be added.
    """
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)


def remembered(organisation: Organisation, code: str) -> str:
    """Return what is kept of the code of an agent who was forgotten: enough to know it again, not to find it.

    They are known again by their id and by their pseudonym alike.
    """
    key = lake_of(organisation).key
    return f"forgotten {key.mark(pseudonym_of(key, code))}"


def pseudonym_of(key: Key, code: str) -> str:
    """Return the pseudonym of an agent, whose code may be it already: agents learnt from a lake have no other."""
    return code if is_pseudonym(code) else key.pseudonym(code)


def is_pseudonym(code: str) -> bool:
    """Say whether a code is a pseudonym that a lake gave."""
    return _PSEUDONYM.fullmatch(code) is not None


def forgotten_among(organisation: Organisation, codes: Iterable[str]) -> set[str]:
    """Return which of these codes are of agents who were forgotten and are not to come back."""
    marks = set(Agent.objects.filter(forgotten_at__isnull=False).values_list("code", flat=True))
    return {code for code in codes if remembered(organisation, code) in marks} if marks else set()
