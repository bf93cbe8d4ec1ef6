"""Learning the centre from the contacts that come in: units that are new, and who was in which team."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.utils import timezone

from klankbord.web.centre.actions.keeping import forgotten_among, hold_register, is_pseudonym, pseudonym_of
from klankbord.web.centre.actions.stays import days_of, learn_stays
from klankbord.web.centre.events import AgentForgotten, UnitsLearnt
from klankbord.web.centre.kinds import KINDS, Kind
from klankbord.web.centre.models import CHANNELS, CODE_LENGTH, Agent, Sighting, TeamSpell
from klankbord.web.centre.spells import Stay
from klankbord.web.kernel import audit
from klankbord.web.kernel.access import Actor, Permission
from klankbord.web.kernel.events import emit
from klankbord.web.kernel.lakes import lake_of
from klankbord.web.kernel.models import Organisation

LEARNT = audit.entry_type("centre.learnt", shred=audit.keep_all)
_Ids = dict[str, dict[str, int]]
_Month = tuple[int, int, date]  # agent, team, first day


@dataclass(frozen=True, slots=True)
class Seen:
    """What a contact shows of the centre, as codes; equal ones need to be given once only."""

    client: str | None = None
    site: str | None = None
    team: str | None = None
    agent: str | None = None
    queue: str | None = None
    channel: str | None = None
    touchpoint: str | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """What was new: units of each kind, and spells in teams."""

    units: Mapping[str, int] = field(default_factory=dict)
    spells: int = 0


def learn(actor: Actor, units: Iterable[Seen]) -> Learnt:
    """Add what contacts show and nobody had told yet; what is there stays as it was kept.

    The number of queries does not depend on the number of rows, and the outcome not on the order in which they come.
    """
    actor.require(Permission.BRING_IN)
    seen = set(units)
    with transaction.atomic():
        hold_register(actor.organisation)
        ids: _Ids = {}
        new = {kind.name: _learn_kind(kind, seen, ids, actor.organisation) for kind in KINDS.values()}
        counts = {kind: count for kind, count in new.items() if count}
        learnt = Learnt(units=counts, spells=_learn_days(seen, ids))
        if learnt.units or learnt.spells:
            audit.record(actor, LEARNT, units=counts, spells=learnt.spells)
        if counts:
            emit(UnitsLearnt(organisation=actor.organisation, counts=counts))
    return learnt


def _learn_kind(kind: Kind, seen: set[Seen], ids: _Ids, organisation: Organisation) -> int:
    """Add the units of a kind that are new, note the id of every code that was seen, and return how many are new."""
    codes = {code for one in seen if (code := getattr(one, kind.name)) and _can_be_kept(code)}
    found = dict[str, int](kind.model.objects.filter(code__in=codes).values_list("code", "pk")) if codes else {}
    fresh = codes - found.keys()
    if fresh and kind.personal:
        for code in (forgotten := forgotten_among(organisation, fresh)):
            emit(AgentForgotten(organisation=organisation, code=code))
        fresh -= forgotten
        found |= _known_otherwise(organisation, fresh)
        fresh -= found.keys()
    if fresh:
        told = _circumstances(kind, fresh, seen, ids)
        now = timezone.now()
        rows = [kind.model(code=code, name=code, learnt_at=now, **told.get(code, {})) for code in sorted(fresh)]
        found |= {unit.code: unit.pk for unit in kind.model.objects.bulk_create(rows)}
    ids[kind.name] = found
    return len(fresh)


def _known_otherwise(organisation: Organisation, codes: set[str]) -> dict[str, int]:
    """Return the agents whom we know by their pseudonym where a code comes in, or by their code where a pseudonym does.

    Files show of an agent what the lake may know, and contacts what their source says: that is one agent, who goes by
    the code as soon as there is one.
    """
    if not codes:
        return {}
    key, found = lake_of(organisation).key, dict[str, int]()
    by_pseudonym = {pseudonym_of(key, code): code for code in sorted(codes)}
    for agent in Agent.objects.filter(forgotten_at__isnull=True):
        code = by_pseudonym.get(pseudonym_of(key, agent.code), "")
        if not code or is_pseudonym(code) == is_pseudonym(agent.code):
            continue
        found[code] = agent.pk
        if is_pseudonym(agent.code):
            agent.name = code if agent.name == agent.code else agent.name
            agent.code = code
            agent.save(update_fields=["code", "name"])
    return found


def _can_be_kept(code: str) -> bool:
    return bool(code.strip()) and len(code) <= CODE_LENGTH and "\0" not in code


def _circumstances(kind: Kind, fresh: set[str], seen: set[Seen], ids: _Ids) -> dict[str, dict[str, object]]:
    """Return what else is told of new units: of a field only where all contacts agree on it."""
    told: dict[str, dict[str, object]] = defaultdict(dict)
    for name in set(kind.fields) & set(Seen.__dataclass_fields__):
        values = defaultdict(set)
        for one in seen:
            values[getattr(one, kind.name)].add(getattr(one, name) or None)
        for code in fresh:
            (value, *others) = values[code] - {None} or {None}
            if others or value is None:
                continue
            if name in KINDS and value in ids[name]:
                told[code][f"{name}_id"] = ids[name][value]
            elif value in CHANNELS:
                told[code][name] = value
    return told


def _learn_days(seen: set[Seen], ids: _Ids) -> int:
    """Note on which days agents were seen in teams, and return how many spells began to be known by it."""
    masks: dict[_Month, int] = defaultdict(int)
    for one in seen:
        agent, team = ids["agent"].get(one.agent or ""), ids["team"].get(one.team or "")
        if agent and team and one.day:
            masks[agent, team, one.day.replace(day=1)] |= 1 << (one.day.day - 1)
    fresh = _note(masks)
    codes = {pk: code for code, pk in ids["team"].items()}
    stays = _stays_of({agent for agent, _, _ in fresh})
    return learn_stays(
        {
            agent
            for (agent, team, month), mask in fresh.items()
            for day in days_of(month, mask)
            if not _expected(codes[team], day, stays[agent])
        }
    )


def _note(masks: Mapping[_Month, int]) -> dict[_Month, int]:
    """Write down days that were not known yet, and return them."""
    if not masks:
        return {}
    agents, _, months = map(set, zip(*masks, strict=True))
    rows = Sighting.objects.filter(agent__in=agents, month__in=months).values_list(
        "agent_id", "team_id", "month", "days"
    )
    known = {(agent, team, month): days for agent, team, month, days in rows}
    fresh = {key: mask & ~known.get(key, 0) for key, mask in masks.items() if mask & ~known.get(key, 0)}
    Sighting.objects.bulk_create(
        [
            Sighting(agent_id=agent, team_id=team, month=month, days=mask | known.get((agent, team, month), 0))
            for (agent, team, month), mask in fresh.items()
        ],
        update_conflicts=True,
        unique_fields=["agent", "team", "month"],
        update_fields=["days"],
    )
    return fresh


def _stays_of(agents: set[int]) -> dict[int, list[tuple[Stay, bool]]]:
    stays: dict[int, list[tuple[Stay, bool]]] = defaultdict(list)
    spells = TeamSpell.objects.filter(agent__in=agents) if agents else TeamSpell.objects.none()
    for agent, starts_on, ends_on, team, by_hand in spells.values_list(
        "agent_id", "starts_on", "ends_on", "team__code", "by_hand"
    ):
        stays[agent].append((Stay(starts_on, ends_on, team), by_hand))
    return stays


def _expected(team: str, day: date, stays: Iterable[tuple[Stay, bool]]) -> bool:
    """Say whether a sighting changes nothing: the agent is known to be in that team then, or it is kept by hand."""
    return any(stay.covers(day) and (by_hand or stay.team == team) for stay, by_hand in stays)
