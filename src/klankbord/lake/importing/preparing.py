"""Before rows reach the lake: persons become pseudonyms, instants get their local day, comments lose personal data."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from klankbord.lake.engine import literal, quoted
from klankbord.lake.schema import TABLES
from klankbord.lake.store import Key, Settings
from klankbord.lake.store.settings import Manifest
from klankbord.voice import redact

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_SUSPICIOUS = r"[0-9@(\[]"  # what has none of these holds nothing to take out


def people(given: Collection[str], settings: Settings, key: Key) -> dict[str, str]:
    """Return SQL for the columns that tell of people, as far as the lake may know them."""
    told = {}
    if "customer" in given:
        told["customer"] = key.sql("customer")
    if "agent" in given:
        by_level = {"named": "trim(agent)", "pseudonym": key.sql("agent")}
        told["agent"] = by_level.get(settings.attribution, "null::varchar")
    if "team" in given and settings.attribution == "off":
        told["team"] = "null::varchar"
    return told


def calendar(instant: str, zone: str) -> dict[str, str]:
    """Return SQL for day, hour and month of an instant where the lake is."""
    local = f"timezone({literal(zone)}, {instant})"
    return {
        "day": f"{local}::date",
        "hour": f"hour({local})::smallint",
        "month": f"strftime({local}, '%Y-%m')",
    }


def table_of(engine: "DuckDBPyConnection", name: str, columns: dict[str, str], rows: str, where: str = "true") -> None:
    """Make a temporary table from columns given as SQL."""
    listed = ", ".join(f"{sql} as {quoted(column)}" for column, sql in columns.items())
    engine.execute(f"create or replace temp table {name} as select {listed} from {rows} where {where}")


def forget_erased(engine: "DuckDBPyConnection", rows: str, manifest: Manifest, key: Key) -> int:
    """Take customers out who were erased before, and return how many rows went."""
    if not manifest.erased:
        return 0
    marks = ", ".join(map(literal, manifest.erased))
    ((gone,),) = engine.execute(f"delete from {rows} where {key.mark_sql('customer')} in ({marks})").fetchall()
    return int(gone)


def redact_comments(engine: "DuckDBPyConnection", rows: str, *, keep_originals: bool) -> None:
    """Take personal data out of the column `comment`; the words as written stay beside it where that was chosen."""
    engine.execute(f"alter table {rows} add column comment_original varchar")
    found = engine.execute(
        f"select distinct comment from {rows} where regexp_matches(comment, {literal(_SUSPICIOUS)})"
    ).fetchall()
    pairs = [(text, clean) for (text,) in found if (clean := redact(text)) != text]
    if keep_originals:
        engine.execute(f"update {rows} set comment_original = comment")
    if pairs:
        from pyarrow import table  # noqa: PLC0415 - loads only where there is something to take out

        before, after = zip(*pairs, strict=True)
        engine.register("redacted", table({"before": before, "after": after}))
        engine.execute(f"update {rows} set comment = after from redacted where comment = before")
        engine.unregister("redacted")


def in_schema(table: str, columns: Collection[str]) -> tuple[str, ...]:
    """Return the columns that a table of the lake has."""
    return tuple(name for name in TABLES[table].names if name in columns)
