"""What is kept of files: the rows that came of them, with pseudonyms for people; the files themselves are gone."""

import os
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from django.utils import timezone

from klankbord.lake import Lake
from klankbord.lake.engine import connect, literal
from klankbord.lake.schema import TABLES
from klankbord.lake.store import Key
from klankbord.web.contacts.learning import UNITS, learn_from
from klankbord.web.contacts.models import Extract, Upload
from klankbord.web.contacts.uploaded import own_folder
from klankbord.web.kernel.lakes import lake_of
from klankbord.web.kernel.models import Organisation

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

LEVELS: Final = ("off", "team", "pseudonym", "named")
_EARLIER = timedelta(minutes=5)  # an import is named by the clock when it begins


def extracts(organisation: Organisation) -> "list[Extract]":
    """Return the extracts of an organisation, in the order in which their rows came in."""
    return list(Extract.objects.filter(organisation=organisation).order_by("brought_in_at", "id"))


def path_of(extract: Extract) -> Path:
    """Return where an extract lies."""
    return own_folder(extract.organisation_id) / f"{extract.import_id}.{extract.table}.parquet"


def keep_extracts(organisation: Organisation, since: datetime, upload: Upload | None = None) -> int:
    """Keep what imports brought in that nobody kept before, and return how many rows that were.

    Those of a run that was cut short before it came to this are found as well: the lake knows which rows they are.
    """
    lake, kept = lake_of(organisation), 0
    with connect() as engine:
        for table in TABLES:
            rows = lake.snapshot().relation(table)
            for import_id in _unkept(engine, organisation, table, rows, since):
                kept += _keep(engine, lake, organisation, upload, table, import_id)
    return kept


def _unkept(
    engine: "DuckDBPyConnection", organisation: Organisation, table: str, rows: str, since: datetime
) -> list[str]:
    first = f"import-{since - _EARLIER:%Y%m%dT%H%M%S}"
    found = engine.execute(
        f"select distinct import_id from {rows} where import_id between {literal(first)} and 'import-~' order by 1"  # noqa: S608
    ).fetchall()
    known = Extract.objects.filter(organisation=organisation, table=table).values_list("import_id", flat=True)
    return [import_id for (import_id,) in found if import_id not in set(known)]


def _keep(
    engine: "DuckDBPyConnection",
    lake: Lake,
    organisation: Organisation,
    upload: Upload | None,
    table: str,
    import_id: str,
) -> int:
    extract = Extract(
        organisation=organisation,
        upload=upload,
        import_id=import_id,
        table=table,
        attribution=lake.settings.attribution,
        brought_in_at=timezone.now(),
    )
    rows = f"(select * from {lake.snapshot().relation(table)} where import_id = {literal(import_id)})"  # noqa: S608
    extract.rows = _written(engine, rows, path_of(extract))
    if table == "contacts":
        _learn(engine, organisation, path_of(extract))
    extract.save()
    return extract.rows


def _learn(engine: "DuckDBPyConnection", organisation: Organisation, path: Path) -> None:
    """Learn every unit once, and of agents on which days they were in which team."""
    there = f"read_parquet({literal(str(path))})"
    units, days = ", ".join(UNITS), "null, null, team, agent, null, null, null"
    seen = engine.execute(
        f"select {units}, max(day)::varchar from {there} group by {units} union all "  # noqa: S608
        f"select distinct {days}, day::varchar from {there} where agent is not null and team is not null"
    ).fetchall()
    learn_from(organisation, seen)


def take_out_of_extracts(organisation: Organisation, table: str, keys: Collection[tuple[str, ...]]) -> int:
    """Take rows out by their keys, and return how many went."""
    gone = ", ".join(f"({', '.join(map(literal, key))})" for key in keys)
    which = f"({', '.join(TABLES[table].key)}) in ({gone})"
    return sum(_without(one, which) for one in extracts(organisation) if one.table == table)


def erase_from_extracts(organisation: Organisation, pseudonym: str) -> int:
    """Take a customer out, and return how many rows went."""
    which = f"customer = {literal(pseudonym)}"
    return sum(_without(one, which) for one in extracts(organisation) if _has_customers(one))


def rows_in_extracts(organisation: Organisation, pseudonym: str) -> int:
    """Count the rows of a customer."""
    which = f"customer = {literal(pseudonym)}"
    with connect() as engine:
        return sum(_count(engine, one, which) for one in extracts(organisation) if _has_customers(one))


def forget_extracts(organisation: Organisation, before: datetime) -> int:
    """Let go of extracts of rows that came in before, and return how many rows went."""
    old = [extract for extract in extracts(organisation) if extract.brought_in_at < before]
    for extract in old:
        path_of(extract).unlink(missing_ok=True)
        extract.delete()
    return sum(extract.rows for extract in old)


def forget_in_extracts(organisation: Organisation, table: str, before: datetime, column: str | None = None) -> int:
    """Take out rows of days before, or of these rows one column, and return how many rows that were."""
    moment = "day" if "day" in TABLES[table].names else "month"
    first = f"{before:%Y-%m-%d}" if moment == "day" else f"{before:%Y-%m}"
    which = f"{moment} < {literal(first)}" + (f" and {column} is not null" if column else "")
    found = [extract for extract in extracts(organisation) if extract.table == table]
    return sum(_without(extract, which, column) for extract in found)


def empty_in_extracts(organisation: Organisation, column: str, values: Collection[str]) -> int:
    """Empty a column of the rows that have one of these values in it, and return how many rows that were."""
    which = f"{column} in ({', '.join(map(literal, values))})"
    found = [extract for extract in extracts(organisation) if column in TABLES[extract.table].names]
    return sum(_without(extract, which, column) for extract in found)


def lower(extract: Extract, level: str, key: Key) -> None:
    """Let an extract tell no more of agents than a level allows; what is not there cannot come back."""
    if LEVELS.index(level) >= LEVELS.index(extract.attribution):
        return
    if {"agent", "team"} & set(TABLES[extract.table].names):
        with connect() as engine:
            rows = f"(select * replace ({_told(extract, level, key)}) from {relation(extract)})"  # noqa: S608
            _written(engine, rows, path_of(extract))
    extract.attribution = level
    extract.save(update_fields=["attribution"])


def _told(extract: Extract, level: str, key: Key) -> str:
    there = TABLES[extract.table].names
    agent = key.sql("agent") if level == "pseudonym" else "null::varchar"
    team = "null::varchar" if level == "off" else "team"
    return ", ".join(f"{sql} as {name}" for name, sql in (("agent", agent), ("team", team)) if name in there)


def relation(extract: Extract) -> str:
    """Return SQL of an extract's rows."""
    return f"read_parquet({literal(str(path_of(extract)))})"


def _has_customers(extract: Extract) -> bool:
    return "customer" in TABLES[extract.table].names


def _count(engine: "DuckDBPyConnection", extract: Extract, which: str) -> int:
    ((count,),) = engine.execute(f"select count(*) from {relation(extract)} where {which}").fetchall()  # noqa: S608
    return int(count)


def _without(extract: Extract, which: str, column: str | None = None) -> int:
    with connect() as engine:
        gone = _count(engine, extract, which)
        if gone:
            rest = f"(select * from {relation(extract)} where ({which}) is not true)"  # noqa: S608
            if column:
                emptied = f"case when {which} then null else {column} end as {column}"
                rest = f"(select * replace ({emptied}) from {relation(extract)})"  # noqa: S608
            extract.rows = _written(engine, rest, path_of(extract))
            extract.save(update_fields=["rows"])
    return gone


def _written(engine: "DuckDBPyConnection", rows: str, path: Path) -> int:
    """Write rows to a file, whole or not at all."""
    draft = path.with_name(f".{uuid4().hex}.parquet")
    try:
        ((count,),) = engine.execute(
            f"copy (select * from {rows}) to {literal(str(draft))} (format parquet, compression zstd)"  # noqa: S608
        ).fetchall()
        with draft.open("rb+") as file:
            os.fsync(file.fileno())
        draft.chmod(0o600)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return int(count)


def imports_of(found: Collection[Extract]) -> "Iterator[list[Extract]]":
    """Give the extracts import by import."""
    by_import: dict[str, list[Extract]] = {}
    for extract in found:
        by_import.setdefault(extract.import_id, []).append(extract)
    yield from by_import.values()
