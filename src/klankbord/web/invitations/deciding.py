"""Deciding about contacts, one after the other: asked, or not asked for a reason; nothing is read or written here."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from klankbord.web.contacts.models import Contact
from klankbord.web.invitations.clocks import Ask, Memory
from klankbord.web.invitations.conditions import ATTRIBUTE, meeting
from klankbord.web.invitations.drawing import draw
from klankbord.web.invitations.hours import Quiet
from klankbord.web.invitations.models import Rule

# A contact of which no end is told may still be going on for so long.
GOES_ON: Final = timedelta(hours=4)
# Nobody is asked about what lies so far back that they hardly remember it.
TOO_OLD: Final = timedelta(days=7)
DIMENSIONS: Final = (
    *("client", "site", "team", "agent", "queue", "channel", "direction", "touchpoint"),
    *("segment", "age_band", "language", "reason", "handled_by"),
)


class Candidate(NamedTuple):
    """A contact as it is decided about, with what is known of its customer."""

    started_at: datetime
    ended_at: datetime | None
    attributes: Mapping[str, str]
    id: int
    source: str
    external_id: str
    customer_id: int | None
    pseudonym: str | None
    email_digest: str | None
    phone_digest: str | None
    offered: bool | None
    abandoned: bool | None
    transferred_to: str
    client: str
    site: str
    team: str
    agent: str
    queue: str
    channel: str
    direction: str
    touchpoint: str
    segment: str
    age_band: str
    language: str
    reason: str
    handled_by: str

    @property
    def at(self) -> datetime:
        """When it was over, as far as that is known."""
        return self.ended_at or self.started_at

    def is_going_on(self, now: datetime) -> bool:
        """Say whether it may not be over yet."""
        return self.ended_at is None and now - self.started_at < GOES_ON


def circumstances(contact: Candidate | Contact) -> dict[str, Any]:
    """Return what is frozen of a contact: every dimension and attribute that says something."""
    told = {name: getattr(contact, name) for name in DIMENSIONS}
    told |= {f"{ATTRIBUTE}{name}": value for name, value in contact.attributes.items()}
    return {name: value for name, value in told.items() if value}


def in_order(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Return contacts in the order in which they are decided about: the one that was over first comes first."""
    return sorted(candidates, key=lambda one: (one.at, one.id))


class Asking:
    """A rule as it decides."""

    def __init__(self, rule: Rule, zone: ZoneInfo) -> None:
        self.id, self.share, self.weekly = rule.pk, rule.share, rule.weekly_per_agent
        self.survey_id, self.metric, self.channel = rule.survey_id, rule.survey.metric, rule.channel
        self.meets = meeting(rule.conditions)
        self.conditions = rule.conditions
        self._zone, self._delay = zone, timedelta(minutes=rule.delay_minutes)
        self.quiet = Quiet(zone=zone, start=rule.quiet_from, end=rule.quiet_until, days=frozenset(rule.quiet_days))

    def ask(self, candidate: Candidate, now: datetime) -> Ask:
        """Return the question about a contact, with the moment at which it leaves."""
        return Ask(self.quiet.after(max(now, candidate.at + self._delay)), self.metric, circumstances(candidate))

    def week(self, candidate: Candidate) -> date:
        """Return the Monday of the week in which a contact was."""
        day = candidate.at.astimezone(self._zone).date()
        return day - timedelta(days=day.weekday())


class Decision(NamedTuple):
    """What becomes of a contact: it is asked about when there is no reason not to."""

    candidate: Candidate
    asking: Asking | None
    reason: str
    ask: Ask | None = None
    chance: float | None = None
    person: str = ""
    recipient: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known when contacts are decided about: who is blocked, who was asked, how likely each is drawn."""

    marks: Callable[[Candidate], tuple[str, ...]]
    blocked: Mapping[str, str]
    memory: Memory
    allowances: Mapping[tuple[int, date, str], float] = field(default_factory=dict)


def sift(candidate: Candidate, rules: Iterable[Asking], now: datetime) -> Decision:
    """Say which rule a contact meets, or why it is not asked about whoever its customer is."""
    if reason := _unsuited(candidate):
        return Decision(candidate, None, reason)
    asking = next((rule for rule in rules if rule.meets(candidate)), None)
    if asking is None:
        return Decision(candidate, None, "no_rule")
    if now - candidate.at > TOO_OLD:
        return Decision(candidate, asking, "too_old")
    return Decision(candidate, asking, "" if candidate.email_digest else "no_address")


def decide(sifted: Decision, standing: Standing, now: datetime) -> Decision:
    """Decide about a contact that met a rule; one that is asked about is remembered for those that follow."""
    candidate, asking = sifted.candidate, sifted.asking
    if sifted.reason or asking is None:
        return sifted
    marks = standing.marks(candidate)
    if blocked := next((standing.blocked[mark] for mark in marks if mark in standing.blocked), ""):
        return sifted._replace(reason=blocked)
    if standing.memory.knows(marks) and standing.memory.forbids(marks, asking.ask(candidate, now)):
        return sifted._replace(reason="quarantine")
    chance = _chance(candidate, asking, standing)
    if draw(asking.id, candidate.source, candidate.external_id) >= chance:
        return sifted._replace(reason="not_sampled", chance=chance)
    ask = asking.ask(candidate, now)
    standing.memory.add(marks, ask)
    return sifted._replace(ask=ask, chance=chance, person=marks[0], recipient=marks[1])


def _unsuited(candidate: Candidate) -> str:
    if candidate.direction == "internal":
        return "internal"
    if candidate.handled_by == "automated" or candidate.offered is False:
        return "automated"
    if candidate.abandoned:
        return "abandoned"
    return "transferred" if candidate.transferred_to else ""


def _chance(candidate: Candidate, asking: Asking, standing: Standing) -> float:
    if asking.weekly is None:
        return 1.0 if asking.share is None else asking.share
    return standing.allowances[asking.id, asking.week(candidate), candidate.agent]
