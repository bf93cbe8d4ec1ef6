"""The rows of an engine as arrays: groups with their keys in order, quarters and years put together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import numpy as np

from klankbord.frames import Floats, Ints
from klankbord.lake.questions.period import Unit, unit_of, units_in
from klankbord.lake.questions.planning import MONDAY, Scope

Key = tuple[object, ...]
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_NOWHERE = -1  # the group of rows whose period has no counterpart on the other side; they count in the total only


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cells:
    """Counts as they came, one entry a row of the engine.

    Parameters
    ----------
    group : ndarray of int, shape (rows,)
        The group of each row.
    values : tuple of ndarray, shape (rows,)
        The plan's columns after the dimensions; nan where there was none.
    """

    group: Ints
    values: tuple[Floats, ...]

    def together(self) -> "Cells":
        """Return the same rows as one group."""
        return Cells(group=np.zeros_like(self.group), values=self.values)

    def placed(self) -> "Cells":
        """Return the rows that have a group."""
        kept = self.group != _NOWHERE
        return self if kept.all() else Cells(group=self.group[kept], values=tuple(one[kept] for one in self.values))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Counted:
    """What an engine counted.

    Parameters
    ----------
    keys : tuple of tuple
        One key a group, in order, empty values last.
    now, before : Cells
        The rows of the period, and of the one that it is compared with (None without).
    """

    keys: tuple[Key, ...]
    now: Cells
    before: Cells | None


def count(rows: Sequence[tuple[object, ...]], scope: Scope) -> Counted:
    """Turn the rows of the scope's plan into groups.

    Parameters
    ----------
    rows : sequence of tuple
        Rows of `scope.plan`, in any order.
    scope : Scope
        What was planned.
    """
    start, width = (1 if scope.other else 0), len(scope.question.keys)
    cut = _cut(scope)
    found: dict[Key, int] = {} if width else {(): 0}
    groups = np.empty(len(rows), dtype=np.int64)
    for at, row in enumerate(rows):
        key = row[start : start + width]
        if cut:
            period = cut(row[0] if start else 0, key[0])
            if period is None:
                groups[at] = _NOWHERE
                continue
            key = (period, *key[1:])
        groups[at] = found.setdefault(key, len(found))
    order = sorted(found, key=_rank)
    places = np.empty(len(found) + 1, dtype=np.int64)
    places[[found[key] for key in order]] = np.arange(len(order))
    places[-1] = _NOWHERE
    values = _columns(rows, start + width, len(scope.plan.columns))
    sides = np.array([row[0] for row in rows], dtype=np.int64) if start else np.zeros(len(rows), dtype=np.int64)
    now, before = (_side(places[groups], values, sides == side) for side in (0, 1))
    return Counted(keys=tuple(_named(key, scope) for key in order), now=now, before=before if start else None)


def _columns(rows: Sequence[tuple[object, ...]], start: int, end: int) -> tuple[Floats, ...]:
    return tuple(np.array([row[at] for row in rows], dtype=np.float64) for at in range(start, end))


def _side(groups: Ints, values: tuple[Floats, ...], here: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Cells:
    return Cells(group=groups[here], values=tuple(one[here] for one in values))


def _cut(scope: Scope) -> Callable[[object, object], object] | None:
    """Return what makes a period of what the engine cut time into, and lays the other side's periods on ours."""
    grain = scope.question.grain
    if grain is None or not scope.question.is_series:
        return None

    @cache
    def start_of(value: object) -> date | None:
        return None if value is None else _start(value, grain)  # type: ignore[arg-type]

    if scope.other is None or scope.span is None:
        return lambda _, value: start_of(value)
    ours, theirs = (units_in(one, grain) for one in (scope.span, scope.other))  # type: ignore[arg-type]
    laid = dict(zip(theirs, ours, strict=False))
    return lambda side, value: laid.get(start_of(value)) if side else start_of(value)  # type: ignore[arg-type]


def _start(value: object, unit: Unit) -> date:
    if isinstance(value, date):
        return value
    if isinstance(value, str):
        return unit_of(date.fromisoformat(f"{value}-01"), unit).first
    return MONDAY + timedelta(weeks=int(str(value)))


def _named(key: Key, scope: Scope) -> Key:
    """Return the key with days of the week by name; they were put in order before."""
    if scope.question.grain != "weekday":
        return key
    return (None if key[0] is None else WEEKDAYS[int(str(key[0]))], *key[1:])


def _rank(key: Key) -> tuple[tuple[bool, object], ...]:
    return tuple((part is None, "" if part is None else part) for part in key)
