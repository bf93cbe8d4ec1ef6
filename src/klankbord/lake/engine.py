"""The engine: an in-memory DuckDB that reaches no network, leaves no files behind, and knows how to quote."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from klankbord.errors import MissingExtraError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_SHARE_OF_MEMORY = "50%"  # several processes answer questions beside each other
_MOST_SHARED = 8  # lakes that one process keeps open
_PRIVATE: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "temp_directory": "",
}


@contextmanager
def scratch() -> Iterator[str]:
    """Give a private folder that is gone afterwards."""
    with TemporaryDirectory(prefix="klankbord-") as folder:
        yield folder


def connect() -> "DuckDBPyConnection":
    """Open an empty in-memory database.

    Raises
    ------
    MissingExtraError
        When DuckDB is not installed.
    """
    try:
        import duckdb  # noqa: PLC0415 - loads in 150 ms, and only files need it
    except ImportError:
        raise MissingExtraError("reading files needs DuckDB", hint='pip install "klankbord[lake]"') from None
    return duckdb.connect(":memory:", config=_PRIVATE)


def open_lake(folder: Path) -> "DuckDBPyConnection":
    """Open an empty in-memory database that reads the files below one folder and reaches nothing else."""
    engine = connect()
    engine.execute(f"set memory_limit = '{_SHARE_OF_MEMORY}'")
    engine.execute(f"set allowed_directories = [{literal(str(folder))}]")
    seal(engine)
    return engine


def share_lake(folder: Path) -> "DuckDBPyConnection":
    """Open a lake as `open_lake` does, on the database that this process keeps for it.

    The connection is the caller's own, with its own views and temporary tables; it opens in no time, and what others
    have read before is still at hand.
    """
    return _kept(folder, os.getpid()).cursor()


# A database does not outlive a fork, so each process keeps its own.
@lru_cache(maxsize=_MOST_SHARED)
def _kept(folder: Path, process: int) -> "DuckDBPyConnection":  # noqa: ARG001
    return open_lake(folder)


def seal(engine: "DuckDBPyConnection") -> None:
    """Shut the database in: from here on no query reaches a file or a setting."""
    engine.execute("set enable_external_access = false")
    engine.execute("set lock_configuration = true")


def quoted(name: str) -> str:
    """Return a name as an SQL identifier.

    Examples
    --------
    >>> print(quoted("raw.score"))
    "raw.score"
    """
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return text as an SQL literal.

    Examples
    --------
    >>> literal("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"
