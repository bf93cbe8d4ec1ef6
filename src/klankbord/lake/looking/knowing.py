"""What there is to choose from: the values of a dimension, and the units of the centre as contacts tell them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from klankbord.errors import OptionError
from klankbord.lake.looking.opened import Opened
from klankbord.lake.looking.selecting import Where, rows_where
from klankbord.lake.questions import Period
from klankbord.lake.questions.conditions import column_of, column_sql
from klankbord.lake.schema import TABLES
from klankbord.lake.store import Lake, Snapshot

# What is told of a unit beside its name, by kind of unit.
_BESIDE = {
    "client": (),
    "site": ("client",),
    "team": ("client", "site"),
    "queue": ("client", "channel"),
    "agent": ("client", "site", "team"),
    "touchpoint": ("client",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One client, site, team, queue, agent or touchpoint.

    Parameters
    ----------
    name : str
        As contacts name it; an agent as far as the lake's attribution level says.
    client, site, team, channel : str or None
        Where it belongs: what most of its contacts say, and for an agent's team what the newest say.
    contacts : int
        How many contacts it has.
    first_on, last_on : date or None
        Days of the first and the last of them.
    """

    name: str
    client: str | None = None
    site: str | None = None
    team: str | None = None
    channel: str | None = None
    contacts: int
    first_on: date | None
    last_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """The units of a centre, each kind by name."""

    clients: tuple[Unit, ...]
    sites: tuple[Unit, ...]
    teams: tuple[Unit, ...]
    queues: tuple[Unit, ...]
    agents: tuple[Unit, ...]
    touchpoints: tuple[Unit, ...]


def distinct(
    lake: Lake | Snapshot,
    dimension: str,
    *,
    where: Where = (),
    period: str | Period | None = None,
    table: str = "contacts",
    limit: int = 500,
) -> tuple[tuple[object, int], ...]:
    """Return the values of a dimension with how many rows have them, most frequent first.

    Parameters
    ----------
    lake : Lake or Snapshot
        Where.
    dimension : str
        A dimension of the table, or ``attributes.<name>``.
    where : str, Condition, or several
        What a row must fulfil.
    period : str or Period, optional
        When.
    table : {"contacts", "responses"}
        Where to count.
    limit : int
        How many values at most.

    Raises
    ------
    ColumnError, OptionError
        When there is no such dimension, or a condition or the period cannot be.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     distinct(Lake.create(f"{place}/lake"), "team")
    ()
    """
    if limit < 1:
        raise OptionError(f"{limit} values cannot be listed", hint="ask for one or more", limit=limit, case="bad_limit")
    opened = Opened.of(lake)
    selection = rows_where(opened, table, where, period)
    column = column_sql(column_of(dimension, TABLES[table], TABLES[table].dimensions).name)
    found = opened.rows(
        f"select {column} as value, count(*) as n from {opened.relation(table, selection.months)} "
        f"where {selection.sql} and {column} is not null group by 1 order by n desc, value limit {limit}"
    )
    return tuple((row["value"], row["n"]) for row in found)


def known_units(lake: Lake | Snapshot, *, months: Collection[str] | None = None) -> Units:
    """Return clients, sites, teams, queues, agents and touchpoints, as learnt from the contacts.

    Parameters
    ----------
    lake : Lake or Snapshot
        Where.
    months : collection of str, optional
        Months to learn from, as 2026-11; all when left out.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     known_units(Lake.create(f"{place}/lake")).teams
    ()
    """
    opened = Opened.of(lake)
    # Counted together once, units are told apart in what little is left.
    opened.engine.execute(
        "create or replace temp table together as select client, site, team, agent, queue, channel, touchpoint, "
        "count(*) as n, min(day) as first_on, max(day) as last_on "
        f"from {opened.relation('contacts', months)} group by all"
    )
    units = {f"{kind}s": _units(opened, kind) for kind in _BESIDE}
    opened.engine.execute("drop table together")
    return Units(**units)


def _units(opened: Opened, kind: str) -> tuple[Unit, ...]:
    beside = "".join(f", {name}" for name in _BESIDE[kind])
    joins = " ".join(f"left join ({_said(kind, name)}) using (name)" for name in _BESIDE[kind])
    found = opened.rows(
        f"select name, contacts, first_on, last_on{beside} from (select {kind} as name, sum(n)::bigint as contacts, "
        "min(first_on) as first_on, max(last_on) as last_on "
        f"from together where {kind} is not null group by 1) {joins} order by name"
    )
    return tuple(Unit(**row) for row in found)


def _said(kind: str, name: str) -> str:
    """Return SQL of what most contacts of each unit say; an agent is where they were last."""
    weight = "(max(last_on), sum(n))" if kind == "agent" else "sum(n)"
    counted = (
        f"select {kind} as name, {name} as said, {weight} as weight from together "
        f"where {kind} is not null and {name} is not null group by 1, 2"
    )
    return f"select name, arg_max(said, (weight, said)) as {name} from ({counted}) group by 1"
