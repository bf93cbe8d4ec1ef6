"""The thread through a customer's contacts: which step this is, what came before, how soon the next one came.

It is worked out when contacts come in, because a window over everything at question time costs a hundred times more.
"""

from typing import TYPE_CHECKING

from klankbord.lake.engine import literal
from klankbord.lake.importing.upserting import upsert
from klankbord.lake.store.batch import Batch
from klankbord.lake.store.snapshot import relation_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

THREADED = ("step", "previous_touchpoint", "next_contact_after_s")
_LEG = (
    "customer, source, external_id, hash(source, coalesce(conversation, external_id)) as talk, started_at, "
    "coalesce(ended_at, started_at) as ended_at, touchpoint"
)
_TALKS = """(select customer, talk, min(started_at) as started_at, max(ended_at) as ended_at,
    arg_max(touchpoint, started_at) as touchpoint, min(old_step) as old_step, any_value(old_before) as old_before
    from legs group by customer, talk)"""


def thread(engine: "DuckDBPyConnection", batch: Batch, rows: str) -> None:
    """Fill step, previous touchpoint and time to the next contact in `rows`, and where they change in the lake.

    Parameters
    ----------
    engine : DuckDBPyConnection
        Where the rows are.
    batch : Batch
        The write that they become part of.
    rows : str
        Name of a table with customer, source, external_id, conversation, started_at, ended_at and touchpoint; it gets
        the three columns.
    """
    talks = _gather(engine, batch, rows)
    engine.execute(f"create or replace temp table threaded as {_threaded(talks)}")
    found = "t.step, t.previous_touchpoint, t.next_contact_after_s"
    on = "t.customer = l.customer and t.talk = l.talk"
    engine.execute(
        f"create or replace temp table {rows}_threaded as select r.*, {found} from {rows} r "
        f"left join (select l.place, {found} from legs l join threaded t on {on} where not l.there) t "
        "on t.place = r.rowid"
    )
    engine.execute(f"drop table {rows}")
    engine.execute(f"alter table {rows}_threaded rename to {rows}")
    engine.execute(
        f"create or replace temp table rethreaded as select l.source, l.external_id, {found} "
        f"from legs l join threaded t on {on} where l.there and (t.step is distinct from l.old_step or "
        "t.previous_touchpoint is distinct from l.old_before or t.next_contact_after_s is distinct from l.old_next)"
    )
    upsert(engine, batch, "contacts", "rethreaded", THREADED, add=False)


def _gather(engine: "DuckDBPyConnection", batch: Batch, rows: str) -> str:
    """Put what came and what these customers had before in the table `legs`; return SQL of their conversations."""
    engine.execute(
        f"create or replace temp table legs as select rowid as place, false as there, {_LEG}, "
        f"null::smallint as old_step, null::varchar as old_before, null::bigint as old_next "
        f"from {rows} where customer is not null"
    )
    ((earliest, several),) = engine.execute(
        f"select strftime(min(started_at) - interval 31 days, '%Y-%m'), bool_or(conversation <> external_id) "
        f"from {rows}"
    ).fetchall()
    files = [file for file in batch.files("contacts") if earliest and file.month >= earliest]
    if files:
        there = relation_of("contacts", [str(batch.folder / "contacts" / file.path) for file in files])
        engine.execute(
            f"insert into legs select null, true, {_LEG}, step, previous_touchpoint, next_contact_after_s "
            f"from {there} e where customer in (select distinct customer from legs) and month >= {literal(earliest)} "
            f"and not exists (select 1 from {rows} r where r.source = e.source and r.external_id = e.external_id)"
        )
    # Grouping costs as much as all the rest, and most telephone exchanges write one leg a conversation.
    return _TALKS if several or files else "legs"


def _threaded(talks: str) -> str:
    """Return SQL of every conversation's place in its journey.

    A journey goes on while the customer is back within 14 days; a repeat is looked for within 30. The first
    conversation that is seen may stand in the middle of a journey, and keeps the place that it had.
    """
    return f"""
        with ordered as (
            select *, lead(started_at) over w as next_at, lag(ended_at) over w as before_at,
                lag(touchpoint) over w as before
            from {talks} window w as (partition by customer order by started_at, talk)),
        begun as (select *, before_at is null or started_at - before_at > interval 14 days as begins from ordered),
        numbered as (
            select *, count(*) filter (begins) over (
                partition by customer order by started_at, talk rows unbounded preceding) as journey
            from begun)
        select customer, talk,
            least(row_number() over j + coalesce(first_value(old_step) over j, 1) - 1, 32767)::smallint as step,
            case when not begins then before when before_at is null then old_before end as previous_touchpoint,
            case when next_at - ended_at <= interval 30 days
                then greatest(0, date_diff('second', ended_at, next_at)) end as next_contact_after_s
        from numbered window j as (partition by customer, journey order by started_at, talk)"""
