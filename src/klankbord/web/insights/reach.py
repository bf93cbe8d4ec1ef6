"""How far an actor's questions go: the conditions that are added to whatever they ask, and what they may not ask by."""

from collections.abc import Iterable
from dataclasses import replace

from klankbord.errors import OptionError
from klankbord.lake import Lake
from klankbord.lake.questions import Condition, Question
from klankbord.lake.schema import TABLES, TableSchema
from klankbord.lake.store.settings import TELLING_AGENTS_APART, Attribution
from klankbord.web.kernel.access import Actor, ForbiddenError, Role

# Clients and agents themselves do not look at people one by one; of everybody else the organisation decides.
_NOT_BY_AGENT = frozenset({Role.CLIENT_VIEWER, Role.AGENT})


def narrowed(actor: Actor, question: Question, lake: Lake, attribution: Attribution) -> Question:
    """Return a question as this actor may ask it: their reach is one more condition on every row that counts.

    What is compared with, the rest among others, is narrowed alike, so that no difference tells what lies beyond.
    """
    used = {*question.by, *(condition.column for condition in question.where)}
    check_dimensions(actor, used, attribution)
    table = TABLES[question.definition.table]
    return replace(question, where=(*question.where, *reach_on(actor, table, lake, attribution)))


def check_dimensions(actor: Actor, used: Iterable[str], attribution: Attribution) -> None:
    """Refuse dimensions that this actor, or this organisation, does not tell contacts apart by."""
    for name in used:
        if actor.role is Role.CLIENT_VIEWER and name.startswith("attributes"):
            raise ForbiddenError(
                f"{actor.name} may not ask by {name}: it can hold anything",
                hint="ask by team, queue, channel or touchpoint",
                case="insights.not_by_attributes",
                dimension=name,
            )
        if name == "agent":
            _check_agents(actor, attribution)


def may_ask_by_agent(actor: Actor, attribution: Attribution) -> bool:
    """Say whether this actor may tell agents apart here."""
    return actor.role not in _NOT_BY_AGENT and attribution in TELLING_AGENTS_APART


def has_own(actor: Actor, attribution: Attribution) -> bool:
    """Say whether somebody who is known as an agent has contacts of their own here: those of a team are nobody's."""
    is_agent = actor.reach.dimension == "agent" and bool(actor.reach.codes)
    return not is_agent or attribution in TELLING_AGENTS_APART


def reach_on(actor: Actor, table: TableSchema, lake: Lake, attribution: Attribution) -> tuple[Condition, ...]:
    """Return what a row of a table must fulfil to be within an actor's reach."""
    reach = actor.reach
    if reach.dimension is None:
        return ()
    if reach.dimension not in table.dimensions:
        raise ForbiddenError(
            f"{actor.name} sees one {reach.dimension}, and {table.name} does not tell whose its rows are",
            hint="ask an analyst of the organisation",
            case="insights.not_whose",
            table=table.name,
        )
    codes = _codes_in(actor, lake, attribution)
    if not codes:
        return nothing(reach.dimension)
    return (Condition(column=reach.dimension, values=tuple(sorted(codes))),)


def _codes_in(actor: Actor, lake: Lake, attribution: Attribution) -> frozenset[str]:
    """Return the codes as the lake holds them: agents only as far as contacts are attributed to them."""
    if actor.reach.dimension != "agent":
        return actor.reach.codes
    if attribution == "named":
        return actor.reach.codes
    if attribution == "pseudonym":
        return frozenset(map(lake.key.pseudonym, actor.reach.codes))
    return frozenset()


def nothing(column: str) -> tuple[Condition, ...]:
    """Return what no row fulfils."""
    # No row is both: a condition that nothing fulfils, whatever the values are.
    return Condition(column=column, operator="is empty"), Condition(column=column, operator="is not empty")


def _check_agents(actor: Actor, attribution: Attribution) -> None:
    if actor.role in _NOT_BY_AGENT:
        raise ForbiddenError(
            f"{actor.name} may not ask by agent",
            hint="ask by team, queue, channel or touchpoint",
            case="insights.not_by_agent",
            dimension="agent",
        )
    if attribution not in TELLING_AGENTS_APART:
        raise OptionError(
            f"contacts are not attributed to agents here (level {attribution!r})",
            hint="ask by team; an owner can change the level, with a reason",
            case="insights.agents_not_told_apart",
            dimension="agent",
        )
