"""The rows of an engine as arrays: groups with their keys in order, quarters and years put together."""

from collections.abc import Callable, Collection, Sequence
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

    def moved(self, places: Ints) -> "Cells":
        """Return the same rows with their groups numbered anew."""
        return Cells(group=places[self.group], values=self.values)

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

    def without(self, keys: Collection[Key]) -> "Counted":
        """Return the same with some groups that count in the total only."""
        if not keys:
            return self
        left = [at for at, key in enumerate(self.keys) if key not in keys]
        places = np.full(len(self.keys) + 1, _NOWHERE, dtype=np.int64)  # the last one is nowhere's own
        places[left] = np.arange(len(left))
        return Counted(
            keys=tuple(self.keys[at] for at in left),
            now=self.now.moved(places),
            before=self.before and self.before.moved(places),
        )


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
    columns: list[tuple[object, ...]] = list(zip(*rows, strict=True)) or [() for _ in scope.plan.columns]
    sides = np.array(columns[0], dtype=np.int64) if start else np.zeros(len(rows), dtype=np.int64)
    parts = columns[start : start + width]
    cut = _cut(scope)
    if cut:
        parts[0] = tuple(map(cut, sides.tolist(), parts[0]))
    keys, groups = _grouped(parts, len(rows))
    if cut:
        # Rows whose period has no counterpart have no group; their key, being empty, comes last.
        lost = np.array([part is None for part in parts[0]], dtype=bool)
        groups = np.where(lost, _NOWHERE, groups)
        keys = [key for key in keys if key[0] is not None]
    values = tuple(np.array(column, dtype=np.float64) for column in columns[start + width :])
    now, before = (_side(groups, values, sides == side) for side in (0, 1))
    return Counted(keys=tuple(_named(key, scope) for key in keys), now=now, before=before if start else None)


def _grouped(parts: Sequence[tuple[object, ...]], size: int) -> tuple[list[Key], Ints]:
    """Return the distinct keys in order, empty values last, and the place of each row among them."""
    if not parts:
        return [()], np.zeros(size, dtype=np.int64)
    groups = np.zeros(size, dtype=np.int64)
    for part in parts:
        levels = sorted(set(part), key=_rank)
        place = {level: at for at, level in enumerate(levels)}
        codes = np.fromiter(map(place.__getitem__, part), dtype=np.int64, count=size)
        # Numbered anew after each column, so that no product of many large ones overflows.
        groups = np.unique(groups * max(1, len(levels)) + codes, return_inverse=True)[1]
    first = np.unique(groups, return_index=True)[1]
    return list(zip(*([part[at] for at in first.tolist()] for part in parts), strict=True)), groups


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


def _rank(part: object) -> tuple[bool, object]:
    return part is None, "" if part is None else part
