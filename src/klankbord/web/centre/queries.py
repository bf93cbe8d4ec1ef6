"""What is known of the centre, narrowed to what an actor may see."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Lower
from django.utils import timezone

from klankbord.web.centre.access import may_name_agents
from klankbord.web.centre.kinds import KINDS, Kind, kind_named
from klankbord.web.centre.models import CHANNELS, Agent, Team, TeamSpell, Unit
from klankbord.web.kernel.access import Actor, Permission, Reach
from klankbord.web.kernel.tenancy import here
from klankbord.web.kernel.wording import say

_EVERYTHING = Reach()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many units of a kind there are, how many of them are in use, and how many are news."""

    kind: str
    units: int = 0
    active: int = 0
    news: int = 0


def known(kind: str, *, reach: Reach = _EVERYTHING) -> list[tuple[str, str]]:
    """Return code and name of the units of a dimension, by name: for filters and choices.

    Agents are given where the organisation names them, and nowhere else: who asks is not known here.
    """
    if kind == "channel":
        return [(channel, say(f"centre.channels.{channel}")) for channel in CHANNELS]
    found = KINDS.get(kind)
    if found is None or (found.personal and here().attribution != "named"):
        return []
    return list(within_reach(found, reach).exclude(name="").values_list("code", "name"))


def names(dimension: str) -> dict[str, str]:
    """Return the shown name of every code of a dimension, in one query."""
    return dict(known(dimension))


def units(actor: Actor, kind: str | Kind) -> QuerySet[Any]:
    """Return the units of a kind that an actor may see.

    Agents are seen by those only who may see them by name.
    """
    actor.require(Permission.SEE_CENTRE)
    found = kind_named(kind) if isinstance(kind, str) else kind
    if found.personal and not may_name_agents(actor):
        return found.model.objects.none()
    return within_reach(found, actor.reach)


def listed(actor: Actor, kind: Kind) -> QuerySet[Any]:
    """Return the units of a kind with all that a list shows of them: what they refer to, who is where now."""
    rows = units(actor, kind)
    if references := [name for name in kind.fields if name in KINDS]:
        rows = rows.select_related(*references)
    if kind.model is Agent:
        within = actor.reach.filter(team="team__code", agent="agent__code")
        mine = TeamSpell.objects.filter(_now(), within, agent=OuterRef("pk"))
        rows = rows.annotate(now_in=Subquery(mine.values("team__name")[:1]))
        rows = rows.annotate(now_in_code=Subquery(mine.values("team__code")[:1]))
        rows = rows.order_by(F("forgotten_at").asc(nulls_first=True), Lower("name"), "pk")
    if kind.model is Team:
        there = TeamSpell.objects.filter(_now(), team=OuterRef("pk")).order_by().values("team")
        counted = there.annotate(n=Count("agent", distinct=True)).values("n")
        rows = rows.annotate(agents=Coalesce(Subquery(counted), 0))
    return rows


def within_reach(kind: Kind, reach: Reach) -> QuerySet[Any]:
    """Return the units of a kind within reach."""
    rows: QuerySet[Any] = kind.model.objects.all()
    if reach.is_everything:
        return rows
    within = kind.model.objects.filter(reach.filter(**kind.reach)).order_by()
    return rows.filter(pk__in=within.values("pk"))


def tallies(actor: Actor) -> list[Tally]:
    """Return how many units of each kind there are within an actor's reach, in one query.

    Kinds that lie outside it are left out: a nought would say that there are none.
    """
    actor.require(Permission.SEE_CENTRE)
    reach = actor.reach
    kinds = [kind for kind in KINDS.values() if reach.is_everything or reach.dimension in kind.reach]
    news = Q(learnt_at__isnull=False, looked_at__isnull=True)
    counted = [
        within_reach(kind, reach)
        .order_by()
        .annotate(kind=Value(kind.name))
        .values("kind")
        .annotate(units=Count("pk"), of_active=Count("pk", filter=Q(active=True)), news=Count("pk", filter=news))
        .values_list("kind", "units", "of_active", "news")
        for kind in kinds
    ]
    first, *others = counted
    found = {
        row[0]: Tally(kind=row[0], units=row[1], active=row[2], news=row[3]) for row in first.union(*others, all=True)
    }
    return [found.get(kind.name, Tally(kind=kind.name)) for kind in kinds]


def today() -> date:
    """Return the day it is where the organisation is."""
    return timezone.localdate()


def members(actor: Actor, team: Team, *, before: bool = False) -> QuerySet[TeamSpell]:
    """Return the spells of those who are in a team now, or of those who were in it before."""
    spells = TeamSpell.objects.filter(team=team, team__in=units(actor, "team")).select_related("agent")
    if not may_name_agents(actor):
        return spells.none()
    return spells.filter(_over()) if before else spells.filter(_now()).order_by(Lower("agent__name"), "pk")


def member_counts(actor: Actor, team: Team) -> Mapping[str, int]:
    """Return how many agents are in a team now and how many were before: numbers tell nobody's name."""
    spells = TeamSpell.objects.filter(team=team, team__in=units(actor, "team"))
    counted: Mapping[str, int] = spells.aggregate(
        now=Count("agent", distinct=True, filter=_now()), before=Count("agent", distinct=True, filter=_over())
    )
    return counted


def teams_of(actor: Actor, agent: Agent) -> QuerySet[TeamSpell]:
    """Return the teams of an agent in time, latest first, as far as they are within reach."""
    spells = TeamSpell.objects.filter(agent=agent, agent__in=units(actor, "agent"))
    return spells.filter(actor.reach.filter(team="team__code", agent="agent__code")).select_related("team")


def belonging(actor: Actor, kind: Kind, unit: Unit) -> Counter[str]:
    """Return how many units of each other kind refer to a unit."""
    others = [other for other in KINDS.values() if kind.name in other.fields]
    return Counter({other.name: units(actor, other).filter(**{kind.name: unit}).count() for other in others})


def _over() -> Q:
    return Q(ends_on__lt=today()) | Q(agent__active=False)


def _now() -> Q:
    return Q(starts_on__lte=today()) & ~_over()
