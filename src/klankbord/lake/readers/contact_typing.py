"""From text to the types of the schema, whole columns at once; rows that cannot be contacts get their reason."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from klankbord.lake.engine import literal, quoted
from klankbord.lake.readers.contact_dialect import COLUMNS, EXTRAS, ContactLayout
from klankbord.lake.readers.dates import SANE, Way
from klankbord.lake.readers.durations import number, seconds
from klankbord.lake.readers.rules import condition
from klankbord.lake.readers.vocabulary import JUDGED, NO, YES
from klankbord.lake.schema import TABLES, Type

Column = Callable[[str], str | None]
_TYPES = {column.name: column.type for column in TABLES["contacts"].columns} | dict.fromkeys(EXTRAS, Type.TEXT)
MOMENTS = tuple(name for name in COLUMNS if _TYPES[name] is Type.INSTANT)
_DURATIONS = tuple(name for name in COLUMNS if name.endswith("_s"))
_COUNTS = tuple(name for name in COLUMNS if _TYPES[name] is Type.SMALL and name != "score")
_HANDLING = ("talk_s", "hold_s", "wrap_s", "handle_s")
_MEASURED = (*_DURATIONS, *_COUNTS, *MOMENTS)
_LONGEST = 7 * 24 * 3600
_NOTHING = ("", "-", "--", "n/a", "n.v.t.", "null", "none")
_NOTHINGS = f"|{'|'.join(_NOTHING)}|"
# Without this, all callers who hide their number would become one customer, and all calls without an agent one agent's.
_NAMELESS = (*_NOTHING, "[none]", "(none)", "unknown", "onbekend", "unbekannt", "inconnu", "anonymous", "anoniem",
             "anonym", "anonyme", "restricted", "private", "unavailable", "withheld",
             "no caller id", "unassigned")  # fmt: skip
_NOBODY = tuple(sorted({form for word in _NAMELESS for form in (word, word.upper(), word.title(), word.capitalize())}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Typing:
    """How text columns become typed ones.

    Parameters
    ----------
    layout : ContactLayout
        Which heading is which column of the schema.
    ways : Mapping of str to Way
        How the moments of each column are written.
    keep : sequence of str
        Headings that become attributes.
    headings : sequence of str
        All headings of the files; where rows have no id, the cells below them tell them apart.
    """

    layout: ContactLayout
    ways: Mapping[str, Way]
    keep: Sequence[str] = ()
    headings: Sequence[str] = field(default=())

    @property
    def identified(self) -> bool:
        """Whether the files give their rows an id."""
        return "external_id" in self.layout.fields

    @property
    def needed(self) -> frozenset[str]:
        """The headings that typed columns are made of."""
        if not self.identified:
            return frozenset(self.headings)
        return frozenset({*self.layout.fields.values(), *self.keep, *(rule.column for rule in self.layout.drops)})

    def query(self, column: Column, relation: str, also: Sequence[str] = ()) -> str:
        """Return a query for typed rows.

        Parameters
        ----------
        column : callable
            From a heading to its column as SQL; None where this file has none.
        relation : str
            SQL of the rows.
        also : sequence of str
            Columns of the relation that are passed on as they are.
        """
        cells = {name: sql for name, heading in self.layout.fields.items() if (sql := column(heading)) is not None}
        typed = {name: self._typed(name, cell) for name, cell in cells.items()}
        typed["external_id"] = self._identity(cells.get("external_id"), column)
        kept = ((heading, sql) for heading in self.keep if (sql := column(heading)) is not None)
        typed |= {f"kept.{heading}": _trimmed(sql) for heading, sql in kept}
        # Cells go along as they are, so that only those of the few odd rows are looked at again.
        told = {f"told.{name}": cells[name] for name in _MEASURED if name in cells}
        inner = _select([*also, *_named(typed | told | {"ruled": self._ruled(column)})], relation)
        settled = self._settled(typed, told)
        passed = [*also, *map(quoted, told), "ruled"]
        middle = _select([*passed, *_named(settled)], inner)
        why = _select(["*", f"{_why(settled, 'started_at' in cells)} as why"], middle)
        kept_columns = [*also, *map(quoted, settled), "why", f"{_shown(settled, cells)} as cell"]
        return _select(kept_columns, why)

    def _typed(self, name: str, cell: str) -> str:
        if name in MOMENTS:
            return self.ways[name].sql(cell) if name in self.ways else "null::timestamp"
        if name in _DURATIONS:
            return seconds(cell, self.layout.units.get(name, 1.0))
        if name in _COUNTS:
            return number(cell, YES, NO)
        if name in {"agent", "customer"}:
            return f"case when {cell} in ({_list(_NOBODY)}) then null else {_trimmed(cell)} end"
        # Few different words are judged later, each once.
        return cell if name in JUDGED or name == "score" else _trimmed(cell)

    def _identity(self, cell: str | None, column: Column) -> str:
        """Return SQL for the row's id; where it has none, its content is its id, whatever the order of its columns."""
        sources = sorted({heading for heading in self.needed if column(heading) is not None})
        content = ", ".join(f"{literal(heading + '=')} || nullif({column(heading)}, '')" for heading in sources)
        digest = f"md5(concat_ws(chr(31), {content}))"
        return f"coalesce({_trimmed(cell)}, {digest})" if cell else digest

    def _ruled(self, column: Column) -> str:
        rules = ((rule, sql) for rule in self.layout.drops if (sql := column(rule.column)) is not None)
        arms = "".join(f" when {condition(rule, sql)} then {literal(rule.reason)}" for rule, sql in rules)
        return f"case{arms} end" if arms else "null::varchar"

    def _settled(self, typed: Collection[str], told: Collection[str]) -> dict[str, str]:
        """Return the columns as they stay: moments that can be, talk without hold, handle time, what was not read."""
        columns = {name: quoted(name) for name in typed}
        for name in MOMENTS:
            if name in columns:
                columns[name] = f"make_timestamptz(epoch_us(case when {name} {SANE} then {name} end))"
        if self.layout.talk_holds and {"talk_s", "hold_s"} <= columns.keys():
            columns["talk_s"] = "case when talk_s >= 0 then greatest(talk_s - coalesce(hold_s, 0), 0) else talk_s end"
        parts = [name for name in ("hold_s", "wrap_s") if name in columns]
        if "handle_s" not in columns and "talk_s" in columns and parts:
            columns["handle_s"] = f"({columns['talk_s']})" + "".join(f" + coalesce({name}, 0)" for name in parts)
        names = [name.removeprefix("told.") for name in told]
        odd = ((name, quoted("told." + name)) for name in names)
        unread = " + ".join(
            f"case when {name} is null and {cell} is not null and "
            f"not contains({literal(_NOTHINGS)}, '|' || {cell} || '|') then 1 else 0 end"
            for name, cell in odd
        )
        return columns | {"unread": f"({unread or 0})::tinyint"}


def _named(columns: Mapping[str, str]) -> Iterable[str]:
    return (f"{sql} as {quoted(name)}" for name, sql in columns.items())


def _select(columns: Iterable[str], relation: str) -> str:
    source = f"({relation})" if relation.startswith("select") else relation
    return f"select {', '.join(columns)} from {source}"


def _trimmed(cell: str) -> str:
    """Return SQL for a cell without blanks around it, or null; only cells that need it are touched."""
    return f"case when {cell} < '!' or ends_with({cell}, ' ') then nullif(trim({cell}), '') else {cell} end"


def _why(columns: Collection[str], started: bool) -> str:
    """Return SQL for the reason why a row is no contact."""
    backwards = "ended_at < started_at" if "ended_at" in columns else "false"
    told = quoted("told.started_at") if started else "null"
    begun = "started_at is not null" if started else "false"
    least, most = _extreme("least", columns, _DURATIONS), _extreme("greatest", columns, _HANDLING)
    return (
        f"case when ruled is not null then ruled when {begun} then case when {backwards} then 'ends_before_start' "
        f"when {least} < 0 then 'negative_duration' when {most} > {_LONGEST} then 'too_long' end "
        f"when coalesce(trim({told}), '') = '' then 'no_start' else 'date_unreadable' end"
    )


def _shown(columns: Collection[str], told: Collection[str]) -> str:
    """Return SQL for what stood in the cell that is the reason; a sum that was made of cells stood in none."""
    start = quoted("told.started_at") if "started_at" in told else "null"
    least = _extreme("least", columns, _DURATIONS)
    most = _extreme("greatest", told, _HANDLING)
    return (
        f"case when why is null then null when why = 'negative_duration' then {least}::varchar "
        f"when why = 'too_long' then {most}::varchar else {start} end"
    )


def _extreme(function: str, columns: Collection[str], names: Iterable[str]) -> str:
    there = [name for name in names if name in columns]
    return f"{function}({', '.join(there)})" if there else "null"


def _list(words: Iterable[str]) -> str:
    return ", ".join(map(literal, words))
