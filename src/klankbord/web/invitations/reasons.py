"""Why somebody is not asked: every reason there is, in the order in which they are looked at."""

from dataclasses import dataclass
from typing import Final

from klankbord.web.invitations.models import Block


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason: what the lake calls it, and whether the contact could have been asked about all the same.

    Its words are in the catalogues, under `invitations.reasons` and its name.
    """

    name: str
    is_eligible: bool = False


def _table(*reasons: Reason) -> dict[str, Reason]:
    return {reason.name: reason for reason in reasons}


REASONS: Final = _table(
    Reason(name="internal"),
    Reason(name="automated"),
    Reason(name="abandoned"),
    Reason(name="transferred"),
    Reason(name="no_rule"),
    Reason(name="too_old"),
    Reason(name="no_address"),
    *(Reason(name=block.value) for block in Block.Reason),
    Reason(name="quarantine", is_eligible=True),
    Reason(name="not_sampled", is_eligible=True),
    # Of those that were chosen, and did not come to be asked.
    Reason(name="removed"),
    Reason(name="erased"),
    Reason(name="withdrawn", is_eligible=True),
    Reason(name="not_delivered", is_eligible=True),
)
