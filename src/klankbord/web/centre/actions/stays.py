"""Spells in the register: what was said by hand goes before what was seen in contacts."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date

from django.db.models import Q

from klankbord.web.centre.models import Placement, Sighting, Team, TeamSpell
from klankbord.web.centre.spells import Stay, holding, learnt_stays

Stays = Mapping[int, Collection[Stay]]
_Days = dict[date, set[str]]


def said_stays(agents: Collection[int]) -> dict[int, list[Stay]]:
    """Return what was said by hand, by agent, in the order in which it was said."""
    found: dict[int, list[Stay]] = defaultdict(list)
    placements = Placement.objects.filter(agent__in=agents)
    for agent, starts_on, ends_on, team in placements.values_list("agent_id", "starts_on", "ends_on", "team__code"):
        found[agent].append(Stay(starts_on, ends_on, team))
    return found


def teams_on(agents: Collection[int], day: date) -> dict[int, str]:
    """Return the team of each agent on a day."""
    that_day = Q(starts_on__lte=day) & (Q(ends_on__isnull=True) | Q(ends_on__gte=day))
    return dict(TeamSpell.objects.filter(that_day, agent__in=agents).values_list("agent_id", "team__code"))


def say_stays(stays: Stays) -> None:
    """Note what is said by hand about agents, and make their spells what follows from it."""
    teams = _ids(stay.team for some in stays.values() for stay in some)
    Placement.objects.bulk_create(
        Placement(agent_id=agent, team_id=teams[stay.team], starts_on=stay.starts_on, ends_on=stay.ends_on)
        for agent, some in stays.items()
        for stay in some
    )
    settle(list(stays))


def settle(agents: Collection[int]) -> None:
    """Make the spells of agents what follows from what was said by hand, and around that from what was seen."""
    said = said_stays(agents)
    _settle({agent: holding(said.get(agent, ())) for agent in agents}, by_hand=True)
    learn_stays(agents)


def learn_stays(agents: Collection[int]) -> int:
    """Work out the stays of agents from all days on which they were seen, and return how many are new."""
    if not agents:
        return 0
    days: dict[int, _Days] = defaultdict(lambda: defaultdict(set))
    sightings = Sighting.objects.filter(agent__in=agents)
    for agent, team, month, mask in sightings.values_list("agent_id", "team__code", "month", "days"):
        for day in days_of(month, mask):
            days[agent][day].add(team)
    said = said_stays(agents)
    stays = {agent: learnt_stays(days[agent], holding(said.get(agent, ()))) for agent in agents}
    return _settle(stays, by_hand=False)


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
        teams = _ids(stay.team for _, stay in missing)
        TeamSpell.objects.bulk_create(
            TeamSpell(
                agent_id=agent,
                team_id=teams[stay.team],
                starts_on=stay.starts_on,
                ends_on=stay.ends_on,
                by_hand=by_hand,
            )
            for agent, stay in missing
        )
    return len(missing)


def _ids(codes: Iterable[str]) -> dict[str, int]:
    return dict(Team.objects.filter(code__in=set(codes)).values_list("code", "pk"))
