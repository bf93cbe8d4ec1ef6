"""Many rows into one table in one statement, on either database: staged beside it, then inserted or merged."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.models import Model


@contextmanager
def staged(model: type[Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> Iterator[str]:
    """Put rows into a table of this connection's own, with columns typed as the model's, and give its name.

    An upsert that reads from a table is several times as fast as one that is handed its values, and its text stays the
    same whatever the number of rows.
    """
    there = quoted(model._meta.db_table)  # noqa: SLF001  Django's own door
    name = f"came_{model.__name__.lower()}"
    listed = ", ".join(map(quoted, columns))
    with connection.cursor() as cursor:
        cursor.execute(f"create temporary table {name} as select {listed} from {there} where 1 = 0")  # noqa: S608  names are ours
        try:
            if connection.vendor == "postgresql":
                with cursor.copy(f"copy {name} from stdin") as copy:
                    for row in rows:
                        copy.write_row(row)
            else:
                places = ", ".join(["%s"] * len(columns))
                cursor.executemany(f"insert into {name} values ({places})", rows)  # noqa: S608  names are ours
            yield name
        finally:
            # After an error the transaction takes it back, and nothing more can be said in it on PostgreSQL.
            if not connection.needs_rollback:
                cursor.execute(f"drop table {name}")


def fetched(sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Run a statement and return its rows."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall() if cursor.description else []


def changed(sql: str, parameters: Sequence[Any] = ()) -> int:
    """Run a statement and return how many rows it changed."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return int(cursor.rowcount)


def quoted(name: str) -> str:
    """Return a name as SQL."""
    return connection.ops.quote_name(name)


def among(values: Sequence[str]) -> tuple[str, Any]:
    """Return SQL that a text is one of many, and its one parameter: lists of placeholders have a limit."""
    if connection.vendor == "postgresql":
        return "= any(%s)", list(values)
    return "in (select value from json_each(%s))", json.dumps(values)


def for_change() -> str:
    """Return SQL that keeps what is read as it is until the transaction ends; SQLite has one writer anyway."""
    return "for no key update" if connection.vendor == "postgresql" else ""


def moment_reader() -> Callable[[datetime | None], datetime | None]:
    """Return how a moment is read that a statement of ours found: SQLite keeps it in UTC and does not say so."""
    if connection.vendor == "postgresql":
        return lambda moment: moment
    return lambda moment: moment and moment.replace(tzinfo=UTC)


def moment_writer() -> Callable[[datetime | None], str | None]:
    """Return how a moment in UTC is written for this database."""
    # SQLite compares text: without the offset, which is the same for all, and with a blank, as Django writes it.
    length = None if connection.vendor == "postgresql" else -len("+00:00")
    return lambda moment: None if moment is None else moment.isoformat(" ")[:length]
