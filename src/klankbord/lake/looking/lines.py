"""What a look shows: one line for each contact or answer, pages of lines, and the place where a page ended."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date, datetime

from klankbord.errors import OptionError


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One contact leg with what is known of its answer, or one answer with what is known of its contact.

    Parameters
    ----------
    source, external_id : str or None
        Key of the leg; None where an answer has found no contact.
    response : (str, str, str) or None
        Key of the answer: source, external id, metric.
    at : datetime or None
        What lists are ordered by: when the contact began, or in a list of answers when the answer was given.
    counted : bool or None
        Whether the answer counts.
    comment : str or None
        The reason in the customer's words, personal data taken out.
    attributes : Mapping of str to str
        Other columns of the source that the organisation keeps.

    Notes
    -----
    The other fields are the columns of `contacts` and `responses` of the same name; what is not known is None.
    """

    source: str | None
    external_id: str | None
    response: tuple[str, str, str] | None = None
    at: datetime | None = None
    conversation: str | None = None
    leg: int | None = None
    customer: str | None = None
    segment: str | None = None
    age_band: str | None = None
    client: str | None = None
    site: str | None = None
    team: str | None = None
    agent: str | None = None
    queue: str | None = None
    channel: str | None = None
    direction: str | None = None
    touchpoint: str | None = None
    previous_touchpoint: str | None = None
    step: int | None = None
    language: str | None = None
    reason: str | None = None
    handled_by: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    day: date | None = None
    offered: bool | None = None
    answered: bool | None = None
    abandoned: bool | None = None
    wait_s: int | None = None
    threshold_s: int | None = None
    talk_s: int | None = None
    hold_s: int | None = None
    wrap_s: int | None = None
    handle_s: int | None = None
    holds: int | None = None
    transfers: int | None = None
    transferred_from: str | None = None
    transferred_to: str | None = None
    resolved: bool | None = None
    next_contact_after_s: int | None = None
    eligible: bool | None = None
    invited: bool | None = None
    sent: bool | None = None
    delivered: bool | None = None
    opened: bool | None = None
    started: bool | None = None
    scored: bool | None = None
    commented: bool | None = None
    not_asked_reason: str | None = None
    invited_at: datetime | None = None
    survey: str | None = None
    survey_version: str | None = None
    survey_channel: str | None = None
    prediction: int | None = None
    predicted_at: datetime | None = None
    metric: str | None = None
    score: int | None = None
    answered_at: datetime | None = None
    counted: bool | None = None
    not_counted_reason: str | None = None
    comment: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, object]:
        """Return the line as plain data; moments and days stay what they are."""
        return asdict(self)


LINE_FIELDS = tuple(one.name for one in fields(Line))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """Where a page ended: the moment and the key of its last line, as a token that can stand in an address.

    Examples
    --------
    >>> from datetime import UTC
    >>> last = Cursor(at=datetime(2026, 3, 1, tzinfo=UTC), source="exchange", external_id="17")
    >>> Cursor.parse(str(last)) == last
    True
    """

    at: datetime
    source: str
    external_id: str
    metric: str = ""

    def __str__(self) -> str:
        told = json.dumps([self.at.isoformat(), self.source, self.external_id, self.metric], separators=(",", ":"))
        return urlsafe_b64encode(told.encode()).decode().rstrip("=")

    @classmethod
    def parse(cls, token: str) -> "Cursor":
        """Read a token.

        Raises
        ------
        OptionError
            When it is none.
        """
        try:
            at, source, external_id, metric = json.loads(urlsafe_b64decode(token + "=" * (-len(token) % 4)))
            moment = datetime.fromisoformat(at)
        except (ValueError, TypeError):
            raise OptionError(
                f"{token!r} is not the end of a page", hint="take it from the page before", case="bad_cursor"
            ) from None
        if moment.tzinfo is None or not all(isinstance(part, str) for part in (source, external_id, metric)):
            raise OptionError(
                f"{token!r} is not the end of a page", hint="take it from the page before", case="bad_cursor"
            )
        return cls(at=moment, source=source, external_id=external_id, metric=metric)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some lines, newest first.

    Parameters
    ----------
    rows : tuple of Line
        The lines.
    after : Cursor or None
        Where the next page begins; None when this is the last.
    """

    rows: tuple[Line, ...]
    after: Cursor | None = None

    def __iter__(self) -> Iterator[Line]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)
