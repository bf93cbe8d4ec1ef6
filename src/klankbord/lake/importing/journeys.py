"""The thread through a customer's contacts: which step this is, what came before, how soon the next one came.

It is worked out when contacts come in, because a window over everything at question time costs a hundred times more.
"""

from collections.abc import Collection
from typing import TYPE_CHECKING

from klankbord.lake.engine import literal
from klankbord.lake.importing.upserting import upsert
from klankbord.lake.store.batch import Batch
from klankbord.lake.store.snapshot import relation_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

THREADED = ("step", "previous_touchpoint", "next_contact_after_s")
LINKS = """create or replace temp table links (place ubigint, source varchar, external_id varchar, who bigint,
    talk ubigint, started_at timestamptz, ended_at timestamptz, touchpoint varchar,
    old_step smallint, old_before varchar, old_next bigint)"""
TALKS = """(select who, talk, min(started_at) as started_at, max(ended_at) as ended_at,
    arg_max(touchpoint, started_at) as touchpoint, min(old_step) as old_step, any_value(old_before) as old_before
    from links group by who, talk)"""
# A number for each leg: within one customer no two are the same, and legs of one record share their row.
_PLACE = "hash(rows.external_id)"
JOIN = f"left join threaded on threaded.place = {_PLACE} and threaded.who = known_customer.number"
_FOUND = "t.step, t.previous_touchpoint, t.next_contact_after_s"


def thread(engine: "DuckDBPyConnection", batch: Batch, rows: str, given: Collection[str]) -> None:
    """Find step, previous touchpoint and time to the next contact of new rows, and change them in the lake.

    Parameters
    ----------
    engine : DuckDBPyConnection
        Where the rows are, with the table `known_customer`; it gets `threaded`, joined by `JOIN`.
    batch : Batch
        The write that they become part of.
    rows : str
        Name of a table with customer, source, external_id and started_at.
    given : collection of str
        The columns that it has; conversation, ended_at and touchpoint are used where they are there.
    """
    talks = _gather(engine, batch, rows, given)
    engine.execute(f"create or replace temp table talks as {threaded_sql(talks)}")
    engine.execute(
        f"create or replace temp table threaded as select l.place, l.who, {_FOUND} from links l "
        "join talks t on t.who = l.who and t.talk = l.talk where l.place is not null"
    )
    engine.execute(
        f"create or replace temp table rethreaded as select l.source, l.external_id, {_FOUND} from links l "
        "join talks t on t.who = l.who and t.talk = l.talk where l.place is null and "
        "(t.step is distinct from l.old_step or "
        "t.previous_touchpoint is distinct from l.old_before or t.next_contact_after_s is distinct from l.old_next)"
    )
    upsert(engine, batch, "contacts", "rethreaded", THREADED, add=False)


def _gather(engine: "DuckDBPyConnection", batch: Batch, rows: str, given: Collection[str]) -> str:
    """Put what came and what these customers had before in the table `links`; return SQL of their conversations."""
    ended = "coalesce(ended_at, started_at)" if "ended_at" in given else "started_at"
    conversation = "coalesce(conversation, external_id)" if "conversation" in given else "external_id"
    touchpoint = "touchpoint" if "touchpoint" in given else "null"
    engine.execute(LINKS)
    engine.execute(
        f"insert into links select {_PLACE}, null, null, number, hash(source, {conversation}), started_at, {ended}, "
        f"{touchpoint}, null, null, null from {rows} as rows join known_customer on raw = customer"
    )
    ((earliest,),) = engine.execute(
        "select strftime(min(started_at) - interval 31 days, '%Y-%m') from links"
    ).fetchall()
    files = [file for file in batch.files("contacts") if earliest and file.month >= earliest]
    if files:
        there = relation_of("contacts", [str(batch.folder / "contacts" / file.path) for file in files])
        engine.execute(
            "insert into links select null, source, external_id, number, "
            "hash(source, coalesce(conversation, external_id)), started_at, coalesce(ended_at, started_at), "
            "touchpoint, step, previous_touchpoint, next_contact_after_s "
            f"from {there} e join known_customer on code = customer where month >= {literal(earliest)} "
            f"and not exists (select 1 from {rows} r where r.source = e.source and r.external_id = e.external_id)"
        )
    return TALKS if files or "conversation" in given else "links"


def threaded_sql(talks: str) -> str:
    """Return SQL of every conversation's place in its journey.

    A journey goes on while the customer is back within 14 days; a repeat is looked for within 30. The first
    conversation that is seen may stand in the middle of a journey, and keeps the place that it had.
    """
    return f"""
        with ordered as (
            select *, row_number() over w as number, first_value(old_step) over w as base,
                lead(started_at) over w as next_at, lag(ended_at) over w as before_at, lag(touchpoint) over w as before
            from {talks} window w as (partition by who order by started_at, talk)),
        begun as (
            select *, before_at is null or started_at - before_at > interval 14 days as begins from ordered),
        counted as (
            select *, max(case when begins then number end) over (
                partition by who order by number rows unbounded preceding) as first from begun)
        select who, talk,
            least(number - first + case when first = 1 then coalesce(base, 1) else 1 end, 32767)::smallint as step,
            case when not begins then before when before_at is null then old_before end as previous_touchpoint,
            case when next_at - ended_at <= interval 30 days
                then greatest(0, date_diff('second', ended_at, next_at)) end as next_contact_after_s,
            started_at, ended_at
        from counted"""
