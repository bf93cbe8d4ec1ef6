"""Rows of the simulation, numbers and codes, become tables in the lake's schema; -1 stands for null everywhere."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from klankbord.lake.schema import TableSchema, Type

Rows = dict[str, NDArray[Any]]
Words = Mapping[str, tuple[str, ...]]

NULL = -1
_US = 1_000_000
_TYPES = {
    Type.SMALL: pa.int16(),
    Type.WHOLE: pa.int32(),
    Type.LONG: pa.int64(),
    Type.REAL: pa.float64(),
    Type.DATE: pa.date32(),
    Type.INSTANT: pa.timestamp("us", tz="UTC"),
}


def table_of(rows: Rows, schema: TableSchema, words: Words, texts: Mapping[str, pa.Array]) -> pa.Table:
    """Return the rows as a table, its columns in the order of the schema; columns that nobody filled are left out.

    Parameters
    ----------
    rows : dict of arrays
        Columns of numbers: amounts, flags, days since 1970, instants in seconds since 1970, or codes of `words`.
    schema : TableSchema
        The table of the lake.
    words : mapping of str to tuple of str
        For each column of codes what the codes stand for.
    texts : mapping of str to pa.Array
        Columns that are text already.
    """
    columns = {}
    for column in schema.columns:
        if column.name in texts:
            columns[column.name] = texts[column.name]
        elif column.name in rows:
            columns[column.name] = _array(rows[column.name], column.type, words.get(column.name))
    return pa.table(columns)


def concatenate(parts: list[Rows]) -> Rows:
    """Return the rows of all parts, one after another."""
    if len(parts) == 1:
        return parts[0]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def encoded(codes: NDArray[np.generic], words: tuple[str, ...]) -> pa.DictionaryArray:
    """Return codes as a column of words."""
    indices = pa.array(codes, mask=np.less(codes, 0))
    return pa.DictionaryArray.from_arrays(indices, pa.array(words, pa.string()))


def _array(values: NDArray[np.generic], kind: Type, words: tuple[str, ...] | None) -> pa.Array:
    if words is not None:
        return encoded(values, words)
    if kind is Type.FLAG:
        return pa.array(values.astype(bool), mask=None if values.dtype == bool else np.less(values, 0))
    if kind is Type.REAL:
        return pa.array(values, _TYPES[kind], from_pandas=True)
    missing = np.less(values, 0)
    if kind is Type.INSTANT:
        return pa.array(values.astype(np.int64) * _US, mask=missing).cast(_TYPES[kind])
    return pa.array(values, mask=missing).cast(_TYPES[kind])
