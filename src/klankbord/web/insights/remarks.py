"""What customers wrote, as pages show it: the words without personal data, the score, and where it came from."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from klankbord.lake.looking import Remark
from klankbord.web.insights.addresses import Addresses
from klankbord.web.insights.naming import Names
from klankbord.web.insights.queries import Look
from klankbord.web.insights.wanted import Wanted

_SHOWN = 6
_PLACES = ("team", "queue", "touchpoint", "channel")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """One comment."""

    words: str
    language: str
    score: int | None
    kind: str
    counted: bool
    at: datetime
    places: tuple[str, ...]
    url: str


def remarks_on(look: Look, wanted: Wanted, names: Names, addresses: Addresses) -> list[Quote]:
    """Return the newest comments on what a page is about."""
    found = look.comments(wanted.where, wanted.period, metric=wanted.metric, limit=_SHOWN)
    return list(_quotes(look, found, names, addresses))


def _quotes(look: Look, found: tuple[Remark, ...], names: Names, addresses: Addresses) -> Iterator[Quote]:
    for remark in found:
        source, external_id = remark.contact or (None, None)
        yield Quote(
            words=remark.comment,
            language=remark.language or "",
            score=remark.score,
            kind=remark.kind or "",
            counted=remark.counted is not False,
            at=remark.at,
            places=tuple(names(name, value) for name in _PLACES if (value := getattr(remark, name))),
            url=addresses.story(source, external_id) if look.may_see_contacts else "",
        )
