"""Answers and the contacts that they are about find each other, whichever of them came first."""

from typing import TYPE_CHECKING

from klankbord.lake.engine import literal
from klankbord.lake.importing.upserting import upsert
from klankbord.lake.schema import TABLES
from klankbord.lake.schema.shared import CIRCUMSTANCES
from klankbord.lake.store.batch import Batch
from klankbord.lake.store.snapshot import relation_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ASKED_HERE = "klankbord"
"""The source of answers whose question the product sent itself."""
_OF_THE_ANSWER = {
    *("source", "external_id", "metric", "score", "answered_at", "day", "hour", "month", "status", "counted"),
    *("not_counted_reason", "comment", "comment_original", "survey", "survey_version", "survey_channel", "updated_at"),
    *("import_id", "attributes", "contact", "contact_source"),
}
# What the survey itself may tell as well: the contact's word goes first, and the survey's stands in where it has none.
BESIDE = tuple(
    column.name
    for column in TABLES["responses"].columns
    if column.name not in _OF_THE_ANSWER and column.name in TABLES["contacts"].names
)
# Of an answer that was asked for here, this is what the contact was when the question left, and nothing moves it.
_FROZEN = frozenset(column.name for column in CIRCUMSTANCES) - {"customer", "previous_touchpoint", "step"}
BESIDE_SQL = {
    name: f"case when r.source = {literal(ASKED_HERE)} then r.{name} else coalesce(c.{name}, r.{name}) end"
    if name in _FROZEN
    else f"coalesce(c.{name}, r.{name})"
    for name in BESIDE
}
ANSWERED = ("scored", "commented", "score", "metric", "answered_at", "not_counted_reason", "survey", "survey_channel")


def attach(engine: "DuckDBPyConnection", batch: Batch) -> int:
    """Put contacts beside the answers that name them, and answers into their contacts; return how many met.

    A score belongs to a leg. An answer that names a leg gets it; one that names a conversation gets the leg of the
    agent that it names, or the only leg that was answered; where that leaves a choice, it stays alone.
    """
    if not batch.paths("contacts") or not _gather(engine, batch):
        return 0
    engine.execute(f"create or replace temp table matched as {BEST}")
    both = "from matched m join lonely r on r.place = m.place join candidates c on c.place = m.contact_place"
    beside = ", ".join(f"{sql} as {name}" for name, sql in BESIDE_SQL.items())
    engine.execute(
        "create or replace temp table attached as select r.source, r.external_id, r.metric, "
        f"c.source as contact_source, c.external_id as contact, {beside} {both}"
    )
    met = upsert(engine, batch, "responses", "attached", ("contact_source", "contact", *BESIDE), add=False)
    answer = ", ".join(f"r.{name}" for name in ANSWERED if name not in {"scored", "commented"})
    engine.execute(
        "create or replace temp table asked as select distinct on (c.place) c.source, c.external_id, "
        f"r.counted as scored, r.counted and r.comment is not null as commented, {answer} {both} "
        "order by c.place, r.answered_at desc"
    )
    upsert(engine, batch, "contacts", "asked", ANSWERED, add=False)
    return met.changed


def unattached(engine: "DuckDBPyConnection", batch: Batch) -> int:
    """Count answers that name a contact which is not in the lake, or not one alone."""
    answers = relation_of("responses", batch.paths("responses"))
    ((alone,),) = engine.execute(
        f"select count(*) from {answers} where contact_source is null and contact is not null"
    ).fetchall()
    return int(alone)


def _gather(engine: "DuckDBPyConnection", batch: Batch) -> int:
    """Put answers without a contact in `lonely`, contacts that they may be about in `candidates`; return how many."""
    answers = relation_of("responses", batch.paths("responses"))
    engine.execute(
        f"create or replace temp table lonely as select row_number() over () as place, * from {answers} "
        "where contact_source is null and contact is not null"
    )
    if not engine.execute("select count(*) from lonely").fetchall()[0][0]:
        return 0
    named = "(select contact from lonely)"
    contacts = relation_of("contacts", batch.paths("contacts"))
    engine.execute(
        f"create or replace temp table candidates as select row_number() over () as place, * from {contacts} "
        f"where external_id in {named} or conversation in {named}"
    )
    ((found,),) = engine.execute("select count(*) from candidates").fetchall()
    return int(found)


BEST = """
    with named as (
        select r.place, c.place as contact_place, true as exact, c.source = r.source as own,
            c.agent = r.agent as of_agent, c.answered
        from lonely r join candidates c on c.external_id = r.contact
            and coalesce(r.contact_source, c.source) = c.source
        union all
        select r.place, c.place, false, c.source = r.source, c.agent = r.agent, c.answered
        from lonely r join candidates c on c.conversation = r.contact
            and coalesce(r.contact_source, c.source) = c.source where c.external_id <> r.contact),
    ranked as (
        select place, contact_place, rank() over (partition by place order by exact desc, coalesce(own, false) desc,
            coalesce(of_agent, false) desc, coalesce(answered, true) desc) as rank from named)
    select place, any_value(contact_place) as contact_place from ranked
    where rank = 1 group by place having count(*) = 1"""
