"""What contacts show of the centre is learnt from them, after they are in the lake."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Final

from klankbord.web.centre.actions import Seen, learn
from klankbord.web.kernel.jobs import Run, enqueue, job
from klankbord.web.kernel.models import Organisation

UNITS: Final = ("client", "site", "team", "agent", "queue", "channel", "touchpoint")
_AT_ONCE = 5_000


def learn_from(organisation: Organisation, seen: Iterable[Sequence[Any]]) -> None:
    """Have learnt what was seen: the units in the order of `UNITS`, and the day as 2026-11-22."""
    for portion in _portions(sorted({tuple(part or "" for part in one) for one in seen})):
        enqueue(learn_units, organisation, seen=portion)


@job("contacts.learn", quiet=True)
def learn_units(run: Run, *, seen: list[list[str]]) -> None:
    """Tell the centre what was seen."""
    told = ({name: code or None for name, code in zip(UNITS, codes, strict=True)} for *codes, _ in seen)
    days = (date.fromisoformat(one[-1]) for one in seen)
    learn(run.actor, [Seen(**codes, day=day) for codes, day in zip(told, days, strict=True)])


def _portions(seen: list[tuple[str, ...]]) -> Iterator[list[tuple[str, ...]]]:
    for start in range(0, len(seen), _AT_ONCE):
        yield seen[start : start + _AT_ONCE]
