"""How likely each contact of an agent is drawn, where a rule wants so many of every agent a week."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from statistics import median
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Count
from django.db.models.functions import Coalesce, TruncWeek

from klankbord.web.contacts.models import Contact
from klankbord.web.invitations.conditions import narrowing
from klankbord.web.invitations.deciding import Asking
from klankbord.web.invitations.models import Allowance

WEEKS: Final = 4
# What an agent handles in a week, where no agent has a past here that could tell.
USUAL: Final = 100.0
Weeks = Mapping[tuple[int, date], Iterable[str]]
Chances = dict[tuple[int, date, str], float]


def standing(wanted: Mapping[tuple[Asking, date], set[str]], zone: ZoneInfo, *, keep: bool = True) -> Chances:
    """Return the chance of each agent in a week; what is not known yet is worked out, and kept for the whole week.

    It depends on the weeks before alone, and what was once said stays: within a week an agent's contacts are all
    equally likely, whichever comes first and however many follow.
    """
    chances: Chances = {}
    for (asking, week), agents in wanted.items():
        rows = Allowance.objects.filter(rule=asking.id, week=week, agent__in=agents)
        known = dict(rows.values_list("agent", "chance")) if keep else {}
        if missing := agents - known.keys():
            volumes = _volumes(asking, week, zone)
            typical = median(volumes.values()) if volumes else USUAL
            fresh = {agent: _chance(asking, volumes.get(agent, typical)) for agent in missing}
            if keep:
                made = [Allowance(rule_id=asking.id, week=week, agent=who, chance=how) for who, how in fresh.items()]
                Allowance.objects.bulk_create(made, ignore_conflicts=True)
            known |= fresh
        chances |= {(asking.id, week, agent): chance for agent, chance in known.items()}
    return chances


def _chance(asking: Asking, volume: float) -> float:
    return min(1.0, (asking.weekly or 0) / volume)


def _volumes(asking: Asking, week: date, zone: ZoneInfo) -> dict[str, float]:
    """Return how many contacts of the rule each agent had a week, of the weeks before in which they had any."""
    end = datetime.combine(week, time(), zone)
    at = Coalesce("ended_at", "started_at")
    rows = (
        # A contact may have begun long before it ended; the index is on neither, but the first narrows well.
        Contact.objects.filter(narrowing(asking.conditions), transferred_to="")
        .exclude(abandoned=True)
        .alias(over_at=at)
        .filter(over_at__gte=end - timedelta(weeks=WEEKS), over_at__lt=end)
        .values("agent")
        .annotate(contacts=Count("pk"), weeks=Count(TruncWeek(at, tzinfo=zone), distinct=True))
    )
    return {row["agent"]: row["contacts"] / row["weeks"] for row in rows.order_by()}
