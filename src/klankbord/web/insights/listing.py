"""Lists of contacts: which are wanted, and each of them as one line of a page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from klankbord.lake.looking import Line, Page
from klankbord.lake.looking.selecting import kind_of
from klankbord.lake.questions import Condition
from klankbord.score import MEASURES
from klankbord.web.insights.addresses import Addresses
from klankbord.web.insights.naming import Names, reason
from klankbord.web.insights.promise import Kept
from klankbord.web.insights.references import seal
from klankbord.web.insights.wanted import Wanted
from klankbord.web.kernel.access import Actor
from klankbord.web.kernel.wording import say

MORE = ("kind", "taken", "not_asked")
KINDS = ("good", "middle", "bad", "silent", "not_asked")
TAKEN = ("yes", "no")
_LONGEST = 140  # letters of a comment in a list


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactLine:
    """One contact as a list shows it."""

    at: datetime | None
    url: str
    client: str
    channel: str
    queue: str
    team: str
    touchpoint: str
    wait_s: int | None
    handle_s: int | None
    abandoned: bool
    prediction: int | None
    score: int | None
    kind: str
    words: str
    language: str
    why: str
    anonymous: bool


def conditions_of(wanted: Wanted) -> tuple[Condition, ...]:
    """Return what contacts must fulfil to be in the list."""
    return (*wanted.where, *_kind(wanted), *_rest(wanted))


def lines_of(found: tuple[Line, ...], names: Names, addresses: Addresses) -> Iterator[ContactLine]:
    """Write contacts as lines of a list."""
    for line in found:
        yield ContactLine(
            at=line.at,
            url=addresses.story(line.source, line.external_id),
            wait_s=line.wait_s,
            handle_s=line.handle_s,
            abandoned=bool(line.abandoned),
            prediction=line.prediction,
            score=line.score,
            kind=kind_of(line.metric, line.score) or "",
            words=_excerpt(line.comment or ""),
            language=line.language or "",
            why=_why(line),
            anonymous=is_anonymous(line),
            **{
                name: names(name, getattr(line, name)) if getattr(line, name) is not None else ""
                for name in ("client", "channel", "queue", "team", "touchpoint")
            },
        )


def shown(actor: Actor, page: Page, names: Names) -> dict[str, object]:
    """Return the lines of a page, and where the next one begins."""
    addresses = Addresses(organisation=actor.organisation)
    after = page.after and seal(actor.organisation, "place", str(page.after))
    return {"lines": list(lines_of(page.rows, names, addresses)), "after": after}


def is_anonymous(line: Line) -> bool:
    """Say whether an answer would be kept from whoever looks: so it is of all but those that were not asked."""
    return isinstance(line, Kept) and not line.not_asked_reason


def _kind(wanted: Wanted) -> Iterator[Condition]:
    kind, measure = wanted.more.get("kind"), MEASURES[wanted.metric]
    if kind in {"good", "middle", "bad"}:
        levels = tuple(level for level in measure.levels if kind_of(wanted.metric, level) == kind)
        yield Condition(column="metric", values=(wanted.metric,))
        yield Condition(column="scored", values=("true",))
        # A share has no answers in between: a column is never equal to what it cannot hold.
        yield Condition(column="score", values=levels or (max(measure.levels) + 1,))
    elif kind == "silent":
        yield Condition(column="sent", values=("true",))
        yield Condition(column="scored", operator="!=", values=("true",))
    elif kind == "not_asked":
        yield Condition(column="not_asked_reason", operator="is not empty")


def _rest(wanted: Wanted) -> Iterator[Condition]:
    taken = wanted.more.get("taken")
    if taken in TAKEN:
        yield Condition(column="answered", operator="=" if taken == "yes" else "!=", values=("true",))
    if why := wanted.more.get("not_asked"):
        yield Condition(column="not_asked_reason", values=(why,))


def _why(line: Line) -> str:
    """Say why there is no score that counts."""
    if line.score is not None:
        return reason(line.not_counted_reason) if line.not_counted_reason else ""
    if line.not_asked_reason:
        return reason(line.not_asked_reason)
    return say("insights.list.silent") if line.sent and not isinstance(line, Kept) else ""


def _excerpt(words: str) -> str:
    if len(words) <= _LONGEST:
        return words
    return f"{words[:_LONGEST].rsplit(' ', 1)[0]} …"
