"""Spells in the register: those kept by hand are put, and those learnt from sightings follow from them."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date

from django.db.models import Q

from klankbord.web.centre.models import Sighting, Team, TeamSpell
from klankbord.web.centre.spells import Stay, learnt_stays

Stays = Mapping[int, Collection[Stay]]
_Days = dict[date, set[str]]


def kept_stays(agents: Collection[int]) -> dict[int, list[Stay]]:
    """Return the stays that are kept by hand, by agent."""
    found: dict[int, list[Stay]] = defaultdict(list)
    spells = TeamSpell.objects.filter(agent__in=agents, by_hand=True)
    for agent, starts_on, ends_on, team in spells.values_list("agent_id", "starts_on", "ends_on", "team__code"):
        found[agent].append(Stay(starts_on, ends_on, team))
    return found


def teams_on(agents: Collection[int], day: date) -> dict[int, str]:
    """Return the team of each agent on a day."""
    that_day = Q(starts_on__lte=day) & (Q(ends_on__isnull=True) | Q(ends_on__gte=day))
    return dict(TeamSpell.objects.filter(that_day, agent__in=agents).values_list("agent_id", "team__code"))


def keep_stays(stays: Stays) -> None:
    """Put the stays of agents that are kept by hand, and work out again what was learnt around them."""
    _settle(stays, by_hand=True)
    learn_stays(list(stays))


def learn_stays(agents: Collection[int]) -> int:
    """Work out the stays of agents from all days on which they were seen, and return how many are new."""
    if not agents:
        return 0
    days: dict[int, _Days] = defaultdict(lambda: defaultdict(set))
    sightings = Sighting.objects.filter(agent__in=agents)
    for agent, team, month, mask in sightings.values_list("agent_id", "team__code", "month", "days"):
        for day in days_of(month, mask):
            days[agent][day].add(team)
    kept = kept_stays(agents)
    return _settle({agent: learnt_stays(days[agent], kept.get(agent, ())) for agent in agents}, by_hand=False)


def days_of(month: date, mask: int) -> list[date]:
    """Return the days of a month whose bits are set."""
    return [month.replace(day=bit + 1) for bit in range(mask.bit_length()) if mask >> bit & 1]


def _settle(stays: Stays, *, by_hand: bool) -> int:
    """Make the spells of agents what they ought to be; those that are right stay untouched."""
    spells = TeamSpell.objects.filter(agent__in=list(stays), by_hand=by_hand)
    there = {
        (agent, Stay(starts_on, ends_on, team)): pk
        for pk, agent, starts_on, ends_on, team in spells.values_list(
            "pk", "agent_id", "starts_on", "ends_on", "team__code"
        )
    }
    wanted = {(agent, stay) for agent, some in stays.items() for stay in some}
    if gone := [pk for spell, pk in there.items() if spell not in wanted]:
        TeamSpell.objects.filter(pk__in=gone).delete()
    missing = sorted(wanted - there.keys())
    if missing:
        codes = {stay.team for _, stay in missing}
        teams = dict(Team.objects.filter(code__in=codes).values_list("code", "pk"))
        TeamSpell.objects.bulk_create(
            TeamSpell(
                agent_id=agent, team_id=teams[stay.team], starts_on=stay.starts_on, ends_on=stay.ends_on, by_hand=by_hand
            )
            for agent, stay in missing
        )
    return len(missing)
