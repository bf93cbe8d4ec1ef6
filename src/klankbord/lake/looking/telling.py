"""One contact with everything that is known of it: its conversation, its journey, what was asked, said and going on."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from klankbord.lake.engine import literal
from klankbord.lake.looking.lines import Line
from klankbord.lake.looking.opened import Opened, keys_sql, moment_sql
from klankbord.lake.looking.paging import beside_answers, columns_of, line_of
from klankbord.lake.schema.contacts import FUNNEL
from klankbord.lake.store import Lake, Snapshot

_JOURNEY = timedelta(days=14)  # as journeys are threaded when contacts come in
_MARGIN = timedelta(days=31)  # within which legs of a conversation lie, and most answers come
_LASTING = timedelta(days=1)  # how long a change that has no end is news
_MOMENTS = {"invited": "invited_at", "scored": "answered_at"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyStep:
    """One stage of asking: whether the contact reached it (None when nobody knows), and when, where that is kept."""

    name: str
    reached: bool | None
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened; what it does not name it holds for everywhere."""

    source: str
    external_id: str
    kind: str | None
    title: str | None
    started_at: datetime
    ended_at: datetime | None
    client: str | None
    site: str | None
    team: str | None
    queue: str | None
    channel: str | None
    severity: int | None


_EVENT = tuple(Event.__dataclass_fields__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A contact and what belongs to it.

    Parameters
    ----------
    contact : Line
        The leg that was asked for.
    legs : tuple of Line
        All legs of its conversation in order, itself among them.
    journey : tuple of Line
        The first leg of each other conversation of the same customer, as long as each came within 14 days of the one
        before; oldest first.
    steps : tuple of SurveyStep
        The stages of asking, from eligible to commented.
    answers : tuple of Line
        Answers about any leg of the conversation.
    prediction, predicted_at : int and datetime, or None
        What the agent expected, and when it was said.
    events : tuple of Event
        What was going on around the contact while it lasted.
    """

    contact: Line
    legs: tuple[Line, ...]
    journey: tuple[Line, ...]
    steps: tuple[SurveyStep, ...]
    answers: tuple[Line, ...]
    prediction: int | None
    predicted_at: datetime | None
    events: tuple[Event, ...]


def story(
    lake: Lake | Snapshot, source: str, external_id: str, *, months: Collection[str] | None = None
) -> Story | None:
    """Return the story of a contact, or None where there is no such contact.

    Parameters
    ----------
    lake : Lake or Snapshot
        Where.
    source, external_id : str
        Key of the leg.
    months : collection of str, optional
        Months in which it can have begun, as 2026-11; all are searched when left out, newest first.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     story(Lake.create(f"{place}/lake"), "exchange", "17") is None
    True
    """
    opened = Opened.of(lake)
    contact = _found(opened, source, external_id, months)
    if contact is None:
        return None
    legs = _legs(opened, contact)
    answers = _answers(opened, legs)
    (contact,) = beside_answers([contact], opened)
    return Story(
        contact=contact,
        legs=legs,
        journey=_journey(opened, contact, legs),
        steps=tuple(_step(contact, name) for name in FUNNEL),
        answers=answers,
        prediction=contact.prediction,
        predicted_at=contact.predicted_at,
        events=_events(opened, contact),
    )


def _found(opened: Opened, source: str, external_id: str, months: Collection[str] | None) -> Line | None:
    for month in opened.months("contacts"):
        if months is None or month in months:
            lines = _contacts(opened, [month], keys_sql("source, external_id", [(source, external_id)]))
            if lines:
                return lines[0]
    return None


def _contacts(opened: Opened, months: Collection[str], condition: str) -> tuple[Line, ...]:
    there = opened.relation("contacts", months)
    moments = opened.rows(f"select distinct started_at from {there} where {condition}")
    # Files know which moments they hold, so that few of them are read when the moments are known first.
    listed = ", ".join(moment_sql(row["started_at"]) for row in moments if row["started_at"])
    found = opened.rows(
        f"select {columns_of('contacts')} from {there} where {condition} and started_at in ({listed or 'null'}) "
        "order by started_at, leg, external_id"
    )
    return tuple(line_of(row, "contacts") for row in found)


def _legs(opened: Opened, contact: Line) -> tuple[Line, ...]:
    if contact.conversation is None or contact.started_at is None:
        return (contact,)
    same = f"source = {literal(str(contact.source))} and conversation = {literal(contact.conversation)}"
    months = _months_around(opened, contact.started_at, contact.started_at)
    return _contacts(opened, months, same)


def _journey(opened: Opened, contact: Line, legs: Sequence[Line]) -> tuple[Line, ...]:
    """Walk both ways from the contact, looking into more months as long as the customer keeps coming back."""
    if contact.customer is None or contact.started_at is None:
        return ()
    first, last = _begun(legs), _ended(legs)
    known, looked = list[Line](), set[str]()
    while months := set(_months_around(opened, first, last)) - looked:
        known += _passing(opened, months, contact.customer)
        looked |= months
        chain = _chain(_talks(known), contact)
        first, last = min(_begun(chain[0]), first), max(_ended(chain[-1]), last)
    others = [talk[0] for talk in chain if not _is_of(talk, contact)]
    keys = [(str(line.source), str(line.external_id)) for line in others]
    months = {opened.month_of(line.started_at) for line in others if line.started_at}
    return _contacts(opened, months, keys_sql("source, external_id", keys)) if others else ()


def _passing(opened: Opened, months: Collection[str], customer: str) -> list[Line]:
    """Return when and in which conversations a customer was there, and no more: few columns are quickly read."""
    found = opened.rows(
        f"select source, external_id, conversation, started_at, ended_at from {opened.relation('contacts', months)} "
        f"where customer = {literal(customer)} and started_at is not null order by started_at, leg, external_id"
    )
    return [line_of(row, "contacts") for row in found]


def _talks(lines: Sequence[Line]) -> list[list[Line]]:
    """Put the legs of each conversation together, in the order in which conversations began."""
    talks: dict[tuple[str | None, str | None], list[Line]] = {}
    for line in lines:
        talks.setdefault((line.source, line.conversation or line.external_id), []).append(line)
    return sorted(talks.values(), key=_begun)


def _chain(talks: Sequence[list[Line]], contact: Line) -> list[list[Line]]:
    """Return the run of conversations around the contact in which each follows within 14 days of the one before."""
    place = next(at for at, talk in enumerate(talks) if _is_of(talk, contact))
    start = end = place
    while start > 0 and _begun(talks[start]) - _ended(talks[start - 1]) <= _JOURNEY:
        start -= 1
    while end + 1 < len(talks) and _begun(talks[end + 1]) - _ended(talks[end]) <= _JOURNEY:
        end += 1
    return list(talks[start : end + 1])


def _is_of(talk: Sequence[Line], contact: Line) -> bool:
    return any((line.source, line.external_id) == (contact.source, contact.external_id) for line in talk)


def _begun(talk: Sequence[Line]) -> datetime:
    return min(line.started_at for line in talk if line.started_at)


def _ended(talk: Sequence[Line]) -> datetime:
    return max(moment for line in talk if (moment := line.ended_at or line.started_at))


def _months_around(opened: Opened, first: datetime, last: datetime) -> list[str]:
    earliest, latest = opened.month_of(first - _MARGIN), opened.month_of(last + _MARGIN)
    return [month for month in opened.months("contacts") if earliest <= month <= latest]


def _answers(opened: Opened, legs: Sequence[Line]) -> tuple[Line, ...]:
    """Find answers where they are known to lie, and where an answer that was not noted would most likely lie."""
    moments = [moment for line in legs for moment in (line.started_at, line.answered_at) if moment]
    likely = {opened.month_of(moment + more) for moment in moments for more in (timedelta(), _MARGIN)}
    months = [month for month in opened.months("responses") if month in likely]
    keys = [(str(line.source), str(line.external_id)) for line in legs]
    found = opened.rows(
        f"select {columns_of('responses')} from {opened.relation('responses', months)} "
        f'where {keys_sql("contact_source, contact", keys)} order by "at", metric'
    )
    return tuple(line_of(row, "responses") for row in found)


def _step(contact: Line, name: str) -> SurveyStep:
    moment = _MOMENTS.get(name)
    reached = getattr(contact, name)
    return SurveyStep(name=name, reached=reached, at=getattr(contact, moment) if moment and reached else None)


def _events(opened: Opened, contact: Line) -> tuple[Event, ...]:
    if contact.started_at is None:
        return ()
    begun, ended = contact.started_at, contact.ended_at or contact.started_at
    here = " and ".join(
        f"({name} is null or {name} = {literal(value)})" if (value := getattr(contact, name)) else f"{name} is null"
        for name in ("client", "site", "team", "queue", "channel")
    )
    found = opened.rows(
        f"select {', '.join(_EVENT)} from {opened.relation('events', None)} where {here} "
        f"and started_at <= {moment_sql(ended)} and (ended_at >= {moment_sql(begun)} "
        f"or ended_at is null and started_at >= {moment_sql(begun - _LASTING)}) order by started_at, external_id"
    )
    return tuple(Event(**row) for row in found)
