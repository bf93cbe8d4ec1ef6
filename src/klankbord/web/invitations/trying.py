"""Trying a rule on what was: by the same code that decides about contacts as they come in, with nothing written."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.utils import timezone

from klankbord.web.contacts.models import Contact
from klankbord.web.invitations.actions.planning import asking, candidates, standing
from klankbord.web.invitations.deciding import Candidate, Decision, decide, in_order, sift
from klankbord.web.invitations.models import Rule
from klankbord.web.kernel.access import Actor, Permission

DAYS: Final = 30
# A team of fewer agents would say of its few how often each is asked.
LEAST_AGENTS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of what was tried, such as a week or a team: how many contacts the rule is about, and asks about."""

    name: str | date
    met: int
    asked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a rule would have done: of all contacts, those that it is about, and why others were not asked about."""

    first: datetime
    last: datetime
    contacts: int
    asked: int
    reasons: dict[str, int] = field(default_factory=dict)
    weeks: tuple[Part, ...] = ()
    teams: tuple[Part, ...] = ()

    @property
    def met(self) -> int:
        """How many contacts the rule is about."""
        return self.asked + sum(count for name, count in self.reasons.items() if name not in _BEFORE_RULES)


_BEFORE_RULES: Final = frozenset({"internal", "automated", "abandoned", "transferred", "no_rule", "other_rule"})


def try_rule(actor: Actor, *, rule: Rule, until: datetime | None = None) -> Trial:
    """Say what a rule would have done with the contacts of the last thirty days, had it been live in its place.

    Blocks are those of today; whom a contact would have made unaskable for a while is remembered as it goes.
    """
    actor.require(Permission.SEE_SURVEYS)
    organisation, last = actor.organisation, until or timezone.now()
    first = last - timedelta(days=DAYS)
    there: QuerySet[Contact] = Contact.objects.filter(
        actor.reach.filter(team="team", client="client", agent="agent"), started_at__gte=first, started_at__lt=last
    )
    rules = asking(organisation, also=rule)
    found = in_order(candidates(there))
    sifted = [sift(one, rules, one.at) for one in found]
    # These contacts are decided about anew: what was asked about them stands in nobody's way.
    anew = Q(contact__started_at__gte=first, contact__started_at__lt=last)
    known = standing(organisation, sifted, keep=False, forgotten=anew)
    decisions = [decide(one, known, one.candidate.at) for one in sifted]
    return _told(rule, decisions, first, last, ZoneInfo(organisation.zone))


def _told(rule: Rule, decisions: list[Decision], first: datetime, last: datetime, zone: ZoneInfo) -> Trial:
    own = [one for one in decisions if one.asking is not None and one.asking.id == rule.pk]
    reasons = Counter(one.reason for one in own if one.reason)
    reasons.update(one.reason for one in decisions if one.asking is None)
    reasons["other_rule"] += sum(one.asking is not None and one.asking.id != rule.pk for one in decisions)
    return Trial(
        first=first,
        last=last,
        contacts=len(decisions),
        asked=sum(not one.reason for one in own),
        reasons={name: count for name, count in reasons.most_common() if count},
        weeks=tuple(_parts(own, lambda one: _week(one, zone))),
        teams=tuple(_teams(own)),
    )


def _parts(own: Iterable[Decision], of: Callable[[Candidate], str | date]) -> Iterator[Part]:
    met: Counter[str | date] = Counter()
    asked: Counter[str | date] = Counter()
    for one in own:
        met[of(one.candidate)] += 1
        asked[of(one.candidate)] += not one.reason
    for name in sorted(met, key=str):
        yield Part(name=name, met=met[name], asked=asked[name])


def _teams(own: list[Decision]) -> Iterator[Part]:
    agents: dict[str, set[str]] = {}
    for one in own:
        agents.setdefault(one.candidate.team, set()).add(one.candidate.agent)
    for part in _parts(own, lambda one: one.team):
        if part.name and len(agents[str(part.name)]) >= LEAST_AGENTS:
            yield part


def _week(one: Candidate, zone: ZoneInfo) -> date:
    day = one.at.astimezone(zone).date()
    return day - timedelta(days=day.weekday())
