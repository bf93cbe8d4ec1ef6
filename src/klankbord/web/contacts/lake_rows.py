"""The register's contacts as rows of the lake, and who may write to the lake of an organisation just now."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from filelock import FileLock, Timeout

from klankbord.lake.schema import Type
from klankbord.web.contacts.rows import NAMES, TOLD
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
    """Return rows, each with its cells in the order of `COLUMNS`, as the lake takes them; no text is null there."""
    import pyarrow as pa  # noqa: PLC0415  loads where rows go to the lake

    kinds = _kinds()
    columns = list(zip(*rows, strict=True)) or [()] * len(COLUMNS)
    arrays = [
        pa.array([_cell(cell) for cell in cells] if name in _ODD else cells, kinds[name])
        for name, cells in zip(COLUMNS, columns, strict=True)
    ]
    return pa.table(arrays, names=list(COLUMNS))


_ODD: Final = frozenset({"source"} | {column.name for column in TOLD if column.type in {Type.TEXT, Type.ATTRIBUTES}})


def _cell(cell: Any) -> Any:
    if isinstance(cell, dict):
        return list(cell.items()) or None
    return cell or None


@cache
def _kinds() -> "dict[str, DataType]":
    import pyarrow as pa  # noqa: PLC0415  loads where rows go to the lake

    kinds = {
        Type.TEXT: pa.string(),
        Type.FLAG: pa.bool_(),
        Type.SMALL: pa.int16(),
        Type.WHOLE: pa.int32(),
        Type.INSTANT: pa.timestamp("us", tz="UTC"),
        Type.ATTRIBUTES: pa.map_(pa.string(), pa.string()),
    }
    return {"source": pa.string()} | {column.name: kinds[column.type] for column in TOLD}
