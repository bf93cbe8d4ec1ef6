"""Rows that came meet the rows of the lake that have their keys: what was, and what is to be."""

from klankbord.lake.engine import literal, quoted
from klankbord.lake.importing.checking import MOMENT
from klankbord.lake.importing.preparing import calendar, forget_erased, people, redact_comments, table_of
from klankbord.lake.importing.straight.desk import Desk, all_of, key_of
from klankbord.lake.schema import TABLES

_PARTS = ("hold_s", "wrap_s")
# What a new row is where nobody said so.
_UNSAID = {"counted": "true", "status": "'complete'"}


def prepare(desk: Desk, table: str, *, pseudonyms: bool) -> int:
    """Make `incoming_<table>` of what was handed over: no names, the lake's own days; return how many stay erased."""
    given, settings = desk.told[table], desk.batch.manifest.settings
    if not given:
        desk.make(f"incoming_{table}", f"select {all_of(table)} from {desk.there(table, ())}")
        return 0
    known, joins = people(desk.engine, f"given_{table}", given, settings, desk.key, pseudonyms=pseudonyms)
    columns = {name: f"rows.{quoted(name)}" for name in given} | known | _followed(table, given)
    columns |= calendar(MOMENT[table], settings.zone) | {"import_id": literal(desk.batch.name)}
    table_of(desk.engine, f"incoming_{table}", columns, f"given_{table}", joins)
    rows = f"incoming_{table}"
    erased = forget_erased(desk.engine, rows, desk.batch.manifest, desk.key) if "customer" in given else 0
    if "comment" in given:
        redact_comments(desk.engine, rows, keep_originals=settings.keep_originals)
    desk.told[table] = (*columns, *(("comment_original",) if "comment" in given else ()))
    return erased


def meet(desk: Desk, table: str) -> int:
    """Make `old_<table>` and `now_<table>` of the rows that came, and return how many were older than what is there."""
    desk.make(
        f"keys_{table}", f"select {key_of(table)} from incoming_{table} union select {key_of(table)} from gone_{table}"
    )
    _fetch(desk, table, desk.months(f"select distinct month from incoming_{table}"))
    stale = 0
    if "updated_at" in desk.told[table]:
        # Rows that overtook each other on the way must not bring an older state back.
        ((stale,),) = desk.engine.execute(
            f"delete from incoming_{table} came using old_{table} there "
            f"where {_same(table, 'came', 'there')} and came.updated_at < there.updated_at"
        ).fetchall()
    told = {*TABLES[table].key, *desk.told[table]}
    columns = ", ".join(f"{_now(name, told)} as {quoted(name)}" for name in TABLES[table].names)
    desk.make(
        f"now_{table}",
        f"select {columns}, there.filename, true as came "
        f"from incoming_{table} came left join old_{table} there on {_same(table, 'came', 'there')}",
    )
    return int(stale)


def _fetch(desk: Desk, table: str, months: list[str] | None) -> None:
    """Fetch the rows that have one of the keys; keys alone are looked at first, since most that come are new."""
    using, moment = f"semi join keys_{table} using ({key_of(table)})", MOMENT[table]
    found = desk.run(
        f"select filename, min(epoch_us({moment})), max(epoch_us({moment})), count(*) = count({moment}) "
        f"from {desk.there(table, months)} {using} group by filename"
    )
    where = ""
    if found and all(dated for *_, dated in found):
        first, last = min(int(str(row[1])) for row in found), max(int(str(row[2])) for row in found)
        where = f" where {moment} between make_timestamptz({first}) and make_timestamptz({last})"
    rows = desk.there(table, None, {str(path) for path, *_ in found})
    desk.make(f"old_{table}", f"select * from {rows} {using}{where}")


def _now(name: str, told: set[str]) -> str:
    if name in told:
        return f"came.{quoted(name)}"
    there = f"there.{quoted(name)}"
    return f"coalesce({there}, {_UNSAID[name]})" if name in _UNSAID else there


def _followed(table: str, given: tuple[str, ...]) -> dict[str, str]:
    """Return as SQL what follows from what came."""
    counts = " and not_counted_reason is null" if "not_counted_reason" in given else ""
    follows = dict[str, str]()
    if table == "responses":
        if counts and "counted" not in given:
            follows["counted"] = "not_counted_reason is null"
        if "contact" in given and "contact_source" not in given:
            follows["contact_source"] = "null::varchar"
        return follows
    if "handle_s" not in given and "talk_s" in given:
        follows["handle_s"] = "talk_s" + "".join(f" + coalesce({name}, 0)" for name in _PARTS if name in given)
    if "score" in given and "scored" not in given:
        follows["scored"] = f"score is not null{counts}"
    return follows


def _same(table: str, left: str, right: str) -> str:
    return " and ".join(f"{left}.{quoted(name)} = {right}.{quoted(name)}" for name in TABLES[table].key)
