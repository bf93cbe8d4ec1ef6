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


def people(
    engine: "DuckDBPyConnection",
    rows: str,
    given: Collection[str],
    settings: Settings,
    key: Key,
    *,
    pseudonyms: bool = False,
) -> tuple[dict[str, str], str]:
    """Return SQL for the columns that tell of people, as far as the lake may know them, and the joins that it needs.

    A pseudonym is made once for each person, not once for each row; `known_customer` has a number for each as well.
    With `pseudonyms`, customers come as pseudonyms and stay what they are.
    """
    told: dict[str, str] = {}
    coded = ["customer"] if "customer" in given else []
    if "agent" in given:
        coded += ["agent"] if settings.attribution == "pseudonym" else []
        told["agent"] = "trim(agent)" if settings.attribution == "named" else "null::varchar"
    if "team" in given and settings.attribution == "off":
        told["team"] = "null::varchar"
    for column in coded:
        code = "raw" if pseudonyms and column == "customer" else key.sql("raw")
        engine.execute(
            f"create or replace temp table known_{column} as select raw, {code} as code, "
            "row_number() over () as number "
            f"from (select distinct {column} as raw from {rows} where {column} is not null)"
        )
        told[column] = f"known_{column}.code"
    return told, " ".join(f"left join known_{column} on known_{column}.raw = rows.{column}" for column in coded)


def calendar(instant: str, zone: str) -> dict[str, str]:
    """Return SQL for day, hour and month of an instant where the lake is."""
    local = f"timezone({literal(zone)}, {instant})"
    return {
        "day": f"{local}::date",
        "hour": f"hour({local})::smallint",
        "month": f"strftime({local}, '%Y-%m')",
    }


def table_of(engine: "DuckDBPyConnection", name: str, columns: dict[str, str], rows: str, rest: str = "") -> None:
    """Make a temporary table from columns given as SQL, of `rows` with joins and conditions."""
    listed = ", ".join(f"{sql} as {quoted(column)}" for column, sql in columns.items())
    engine.execute(f"create or replace temp table {name} as select {listed} from {rows} as rows {rest}")


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
