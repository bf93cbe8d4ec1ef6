"""Whether a lake is whole: its files, its rows, its keys, and the promises of the schema."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from klankbord.lake.engine import literal, open_lake, quoted
from klankbord.lake.importing.checking import off_scale_sql
from klankbord.lake.schema import TABLES
from klankbord.lake.store import Lake, Snapshot
from klankbord.lake.store.delta import ran_ahead

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at.

    Parameters
    ----------
    table : str
        Where; empty for the lake as a whole.
    check : str
        What should be true.
    found : int
        How often it is not.
    advice : str
        What to do about it.
    harmless : bool
        Whether a lake with it gives right answers all the same.
    """

    table: str
    check: str
    found: int
    advice: str = ""
    harmless: bool = False

    @property
    def well(self) -> bool:
        """Whether it is as it should be."""
        return not self.found


def verify(lake: Lake) -> tuple[Finding, ...]:
    """Look at every file and every row of a lake.

    Raises
    ------
    LakeError
        When there is no lake.
    """
    snapshot = lake.snapshot()
    ahead = sum(ran_ahead(lake.folder / table, snapshot.manifest.tables[table]) for table in TABLES)
    findings = [
        Finding(
            table="",
            check="no write was cut short",
            found=ahead,
            advice="nothing is lost: readers see the state before it, and the next import takes it back",
            harmless=True,
        )
    ]
    with open_lake(lake.folder) as engine:
        for table in TABLES:
            findings += _files(snapshot, table, engine)
            # Rows can only be looked at where no file is missing.
            if findings[-1].well and snapshot.rows(table):
                findings += _rows(snapshot, table, engine)
    return (*findings, *_erased(lake, snapshot))


def _files(snapshot: Snapshot, table: str, engine: "DuckDBPyConnection") -> Iterator[Finding]:
    folder = snapshot.folder / table
    files = snapshot.data_files(table)
    listed = {folder / file.path for file in files}
    others = [path for path in folder.glob("month=*/*.parquet") if path not in listed]
    yield Finding(
        table=table,
        check="no old files wait to be removed",
        found=len(others),
        advice="no harm is done; klankbord lake compact removes them an hour after they went out of use",
        harmless=True,
    )
    broken = [file for file in files if _size(folder / file.path) != file.size]
    yield Finding(
        table=table,
        check="every file is there, and as long as the log says",
        found=len(broken),
        advice="restore a backup",
    )
    if not broken and files:
        paths = ", ".join(literal(str(folder / file.path)) for file in files)
        found = engine.execute(f"select file_name, num_rows from parquet_file_metadata([{paths}])").fetchall()
        rows = {Path(name): count for name, count in found}
        wrong = sum(rows[folder / file.path] != file.rows for file in files)
        yield Finding(
            table=table, check="files hold as many rows as the log says", found=wrong, advice="restore a backup"
        )


def _rows(snapshot: Snapshot, table: str, engine: "DuckDBPyConnection") -> Iterator[Finding]:
    schema, there = TABLES[table], snapshot.relation(table)
    checks = {"keys are not empty": " or ".join(f"{name} is null" for name in schema.key if name != "client")}
    if "day" in schema.names:
        checks["rows lie in the month of their day"] = "month <> strftime(day, '%Y-%m')"
    checks |= {
        f"{column.name} has a value of the schema": f"{column.name} not in ({', '.join(map(literal, column.values))})"
        for column in schema.columns
        if column.values
    }
    checks |= {f"{name} is not negative": f"{name} < 0" for name in schema.names if name.endswith("_s")}
    if "score" in schema.names and table != "pulses":
        checks["scores lie on the scale of their metric"] = off_scale_sql()
    if "prediction" in schema.names:
        checks["predictions lie between 0 and 10"] = "prediction not between 0 and 10"
    counts = ", ".join(f"count(*) filter ({sql})" for sql in checks.values())
    key = ", ".join(map(quoted, schema.key))
    *found, doubled = engine.execute(
        f"select {counts}, count(*) - count(distinct hash({key})) from {there}"
    ).fetchall()[0]
    for check, count in zip(checks, found, strict=True):
        yield Finding(table=table, check=check, found=count, advice="import the rows again from their source")
    yield Finding(
        table=table, check="no key is there twice", found=doubled, advice="import the rows again from their source"
    )


def _erased(lake: Lake, snapshot: Snapshot) -> Iterator[Finding]:
    if not snapshot.manifest.erased:
        return
    marks, key = ", ".join(map(literal, snapshot.manifest.erased)), lake.key
    with open_lake(lake.folder) as engine:
        for table, schema in TABLES.items():
            if "customer" in schema.names:
                ((found,),) = engine.execute(
                    f"select count(*) from {snapshot.relation(table)} where {key.mark_sql('customer')} in ({marks})"
                ).fetchall()
                yield Finding(
                    table=table, check="nobody is there who was erased", found=found, advice="erase them again"
                )


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else -1
