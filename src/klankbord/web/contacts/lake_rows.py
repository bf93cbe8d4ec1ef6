"""The register's contacts as rows of the lake, and who may write to the lake of an organisation just now."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from filelock import FileLock, Timeout

from klankbord.lake.schema import TABLES, Type
from klankbord.web.contacts.rows import NAMES
from klankbord.web.kernel.models import Organisation

if TYPE_CHECKING:
    from pyarrow import DataType, Table

COLUMNS: Final = ("source", *NAMES)
# How the register finds them: the lake knows a customer by pseudonym, and every state by some moment.
LOOKED_UP: Final = tuple(
    {"customer": "customer__pseudonym", "updated_at": "told_at"}.get(name, name) for name in COLUMNS
)


@contextmanager
def sole_writer(organisation: Organisation, *, patience: float = 0) -> Iterator[bool]:
    """Be the only one who brings rows from the register and from files into an organisation's lake.

    Gives whether we are: two projections at once could bring an older state after a newer one, and both would say that
    theirs is there.
    """
    lock = FileLock(settings.HOME.lakes / f"{organisation.pk}.writer")
    try:
        lock.acquire(timeout=patience)
    except Timeout:
        yield False
        return
    try:
        yield True
    finally:
        lock.release()


def arrow(rows: Sequence[Sequence[Any]]) -> "Table":
    """Return rows, each with its cells in the order of `COLUMNS`, as the lake takes them."""
    return rows_of("contacts", COLUMNS, rows)


def rows_of(table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> "Table":
    """Return rows of a table of the lake, their cells in the order of the columns; no text is null there."""
    import pyarrow as pa  # noqa: PLC0415  loads where rows go to the lake

    schema, kinds = TABLES[table], _kinds()
    types = [schema.column(name).type for name in columns]
    cells = list(zip(*rows, strict=True)) or [()] * len(columns)
    arrays = [
        pa.array([_cell(cell) for cell in told] if kind in _ODD else told, kinds[kind])
        for kind, told in zip(types, cells, strict=True)
    ]
    return pa.table(arrays, names=list(columns))


_ODD: Final = frozenset({Type.TEXT, Type.ATTRIBUTES})


def _cell(cell: Any) -> Any:
    if isinstance(cell, dict):
        return list(cell.items()) or None
    return cell or None


@cache
def _kinds() -> "dict[Type, DataType]":
    import pyarrow as pa  # noqa: PLC0415  loads where rows go to the lake

    return {
        Type.TEXT: pa.string(),
        Type.FLAG: pa.bool_(),
        Type.SMALL: pa.int16(),
        Type.WHOLE: pa.int32(),
        Type.INSTANT: pa.timestamp("us", tz="UTC"),
        Type.ATTRIBUTES: pa.map_(pa.string(), pa.string()),
    }
