"""Moments as files write them: one way a file, found from its own cells and read into UTC by the engine."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from klankbord.errors import OptionError, nearest
from klankbord.lake.engine import literal
from klankbord.lake.readers.table import Staged
from klankbord.results import Notice

_SAMPLE = 2000
SANE = "between timestamp '1990-01-01' and timestamp '2100-01-01'"
_ZONE = r"(:\d\d(?:\.\d+)?(?: ?[AaPp][Mm])?)\s*([A-Z]{3,5}(?:[+-]\d{1,2}(?::?\d\d)?)?|[+-]\d\d:?\d\d)$"
_SHAPE = re.compile(
    r"(?P<first>\d{1,4})(?P<part>[-/.])(?P<second>\d{1,2})(?P=part)(?P<last>\d{1,4})"
    r"(?:(?P<gap>,? |T)\d{1,2}:\d\d(?P<seconds>:\d\d)?(?P<fraction>\.\d+)?(?P<half>\s?[AaPp][Mm])?)?"
)
_SAYS_ZONE = re.compile(r"Z$|[+-]\d\d(?::?\d\d)?$|\s[A-Z]{3,5}(?:[+-]\d{1,2})?$")
_CLOCK = re.compile(r"\d:\d\d")
_NAMED_MONTH = re.compile(r"\b[A-Z][a-z]{2,8}\b.*\d{4}")
_NAMED = ("%a, %d %b %Y %H:%M:%S", "%d %b %Y %H:%M:%S", "%d %b %Y %H:%M", "%b %d, %Y %I:%M:%S %p", "%b %d, %Y %H:%M:%S",
          "%d-%b-%Y %H:%M:%S", "%d %B %Y %H:%M", "%d %b %Y", "%b %d, %Y")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A way to write moments: SQL that reads a cell as a moment in UTC or as nothing, and what had to be assumed."""

    name: str
    sql: Callable[[str], str]
    doubts: tuple[Notice, ...] = ()


def known_zone(zone: str) -> str:
    """Return the name of a time zone.

    Raises
    ------
    OptionError
        When there is no such zone.

    Examples
    --------
    >>> known_zone("Europe/Amsterdam")
    'Europe/Amsterdam'
    """
    try:
        return ZoneInfo(zone).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        near = nearest(zone, available_timezones())
        hint = f"did you mean {near}?" if near else "pass a name such as Europe/Amsterdam"
        raise OptionError(f"there is no time zone {zone!r}", hint=hint, zone=zone, case="unknown_zone") from None


def way_of(staged: Staged, column: str, zone: str | None) -> Way | None:
    """Find the way in which most moments of a column are written; None when it holds none that can be read."""
    step = max(1, staged.rows // _SAMPLE)
    found = staged.engine.execute(
        f"select trim({column}) from staged where trim({column}) <> '' and rowid % {step} = 0 limit {_SAMPLE}"
    ).fetchall()
    cells = [cell for (cell,) in found]
    epochs = (_epoch("seconds", 1), _epoch("milliseconds", 1000))
    ways = [_iso(cells, zone), *epochs, *_written_out(staged, column, cells, zone)]
    counts = [_count(staged, way, cells) for way in ways]
    if not any(counts):
        return None
    way = ways[counts.index(max(counts))]
    local = any(_CLOCK.search(cell) and not _SAYS_ZONE.search(cell) for cell in cells)
    if zone is None and local and not way.name.startswith("epoch"):
        notice = Notice(
            code="zone_unknown",
            message="moments name no time zone and are taken as UTC; pass zone=... if they are local",
            data={"zone": "UTC"},
        )
        return replace(way, doubts=(*way.doubts, notice))
    return way


def read_moments(staged: Staged, way: Way, column: str, target: str, zone: str | None) -> None:
    """Write the moments of a text column into the column `target`, in UTC; what cannot be read stays empty."""
    staged.engine.execute(f"set timezone = {literal(zone or 'UTC')}")
    staged.engine.execute(f"update staged set {target} = {way.sql(column)}")
    staged.engine.execute(f"update staged set {target} = null where {target} not {SANE}")
    staged.engine.execute("set timezone = 'UTC'")


def _count(staged: Staged, way: Way, cells: Sequence[str]) -> int:
    read = f"select count(*) from (select unnest(?::varchar[]) as cell) where {way.sql('cell')} {SANE}"
    return int(staged.engine.execute(read, [list(cells)]).fetchall()[0][0])


def _epoch(name: str, unit: int) -> Way:
    def sql(cell: str) -> str:
        number = f"try_cast(trim({cell}) as double)"
        sane = f"{number} between {631152000 * unit} and {4102444800 * unit}"
        return f"case when {sane} then make_timestamp(({number} * {1000000 // unit})::bigint) end"

    return Way(name=f"epoch {name}", sql=sql)


def _written_out(staged: Staged, column: str, cells: Sequence[str], zone: str | None) -> list[Way]:
    """Return the way of dates with a named month, or in figures, if that is what the cells look like."""
    if any(_NAMED_MONTH.search(cell) for cell in cells):
        return [_pattern("month by name", list(_NAMED), zone)]
    shapes = [shape for cell in cells if (shape := _SHAPE.fullmatch(re.sub(_ZONE, r"\1", cell)))]
    if not shapes:
        return []
    (part, year_first), _ = Counter((shape["part"], len(shape["first"]) == 4) for shape in shapes).most_common(1)[0]
    alike = [shape for shape in shapes if (shape["part"], len(shape["first"]) == 4) == (part, year_first)]
    clocks = [clock for clock, _ in Counter(map(_clock, alike)).most_common()]
    if year_first:
        return [_pattern("year-month-day", [f"%Y{part}%m{part}%d{clock}" for clock in clocks], zone)]
    year = Counter("%y" if len(shape["last"]) == 2 else "%Y" for shape in alike).most_common(1)[0][0]
    day = _pattern("day-month-year", [f"%d{part}%m{part}{year}{clock}" for clock in clocks], zone)
    month = _pattern("month-day-year", [f"%m{part}%d{part}{year}{clock}" for clock in clocks], zone)
    days = sum(int(shape["first"]) > 12 for shape in alike)
    months = sum(int(shape["second"]) > 12 for shape in alike)
    if days == months == 0:
        days, months = (
            staged.number(f"select count(*) from staged where {way.sql(column)} {SANE}") for way in (day, month)
        )
        if days == months:
            return [replace(day, doubts=(_day_or_month(alike[0].string),))]
    return [day if days >= months else month]


def _day_or_month(example: str) -> Notice:
    date = example.partition(" ")[0]
    return Notice(
        code="day_or_month",
        message=f"dates such as {date} are read day first: nothing in the file says which comes first",
        data={"example": date},
    )


def _clock(shape: re.Match[str]) -> str:
    if not shape["gap"]:
        return ""
    half = shape["half"]
    return "".join(
        [
            shape["gap"],
            "%I:%M" if half else "%H:%M",
            ":%S" if shape["seconds"] else "",
            ".%f" if shape["fraction"] else "",
            f"{half[:-2]}%p" if half else "",
        ]
    )


def _iso(cells: Iterable[str], zone: str | None) -> Way:
    # A format is five times as fast as the cast that knows time zones, and matches only what names none.
    clocks = Counter(_clock(shape) for cell in cells if (shape := _SHAPE.fullmatch(cell)))
    formats = [f"%Y-%m-%d{clock}" for clock, _ in clocks.most_common(3)]

    def sql(cell: str) -> str:
        zoned = f"timezone('UTC', try_cast(trim({cell}) as timestamptz))"
        return f"coalesce({_local(cell, formats, zone)}, {zoned})" if formats else zoned

    return Way(name="ISO 8601", sql=sql)


def _pattern(name: str, formats: list[str], zone: str | None) -> Way:
    def sql(cell: str) -> str:
        bare = (
            f"try_strptime(regexp_replace(trim({cell}), {literal(_ZONE)}, '\\1'), [{', '.join(map(literal, formats))}])"
        )
        named = f"replace(replace(' ' || regexp_extract(trim({cell}), {literal(_ZONE)}, 2), ' +', '+'), ' -', '-')"
        zoned = f"try_cast(strftime({bare}, '%Y-%m-%d %H:%M:%S.%f') || {named} as timestamptz)"
        return f"coalesce({_local(cell, formats, zone)}, timezone('UTC', {zoned}))"

    return Way(name=name, sql=sql)


def _local(cell: str, formats: Iterable[str], zone: str | None) -> str:
    wall = f"try_strptime({cell}, [{', '.join(map(literal, formats))}])"
    # Through microseconds the way back from an instant costs nothing.
    return wall if zone in {None, "UTC"} else f"make_timestamp(epoch_us(timezone({literal(str(zone))}, {wall})))"
