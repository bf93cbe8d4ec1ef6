"""Keeping units: one way for a form, a file and a program, so that they agree on what is right."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from django.db import transaction
from django.utils import timezone

from klankbord.web.centre.actions.keeping import forgotten_among, hold_register, require_keeper
from klankbord.web.centre.actions.stays import said_stays, say_stays, teams_on
from klankbord.web.centre.kinds import Kind
from klankbord.web.centre.models import Agent, Unit
from klankbord.web.centre.queries import today
from klankbord.web.centre.rows import Cleaner, Problem, Row, UnitError
from klankbord.web.centre.spells import Stay, holding
from klankbord.web.kernel import audit
from klankbord.web.kernel.access import Actor

ADDED = audit.entry_type("centre.unit_added", shred=audit.keep_all)
CHANGED = audit.entry_type("centre.unit_changed", shred=audit.keep_all)
BROUGHT_IN = audit.entry_type("centre.units_brought_in", shred=audit.keep_all)
LOOKED_OVER = audit.entry_type("centre.looked_over", shred=audit.keep_all)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What becomes of a row that is right: which columns it changes."""

    row: int
    code: str
    name: str
    verdict: Literal["new", "changed", "unchanged"]
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What became of rows, or would become of them."""

    lines: tuple[Line, ...] = ()
    problems: tuple[Problem, ...] = ()

    def count(self, verdict: str) -> int:
        """Return how many rows are new, changed or unchanged."""
        return sum(line.verdict == verdict for line in self.lines)

    @property
    def does_something(self) -> bool:
        """Whether any row is new or changes anything."""
        return any(line.verdict != "unchanged" for line in self.lines)


@dataclass(slots=True)
class _Work:
    """Units as they will be, while rows are gone through."""

    there: dict[str, Unit]
    new: dict[str, Unit] = field(default_factory=dict)
    changed: dict[str, Unit] = field(default_factory=dict)
    lines: dict[int, Line] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    places: dict[str, list[tuple[int, dict[str, Any]]]] = field(default_factory=dict)
    before: dict[str, dict[str, list[Any]]] = field(default_factory=dict)


def put_units(
    actor: Actor, *, kind: Kind, rows: Sequence[Row], dry_run: bool = False, only_new: bool = False
) -> Brought:
    """Add units, or change those whose code is there; rows that are wrong are told and left out.

    The dry run is the real thing, taken back: it cannot promise anything else than what is then done.
    """
    require_keeper(actor)
    with transaction.atomic():
        hold_register(actor.organisation)
        work = _gone_through(actor, kind, rows, only_new=only_new)
        kind.model.objects.bulk_create(work.new.values())
        kind.model.objects.bulk_update(
            work.changed.values(), ["name", "active", "looked_at", *kind.fields], batch_size=500
        )
        _put_in_teams(work)
        brought = Brought(
            lines=tuple(work.lines.values()), problems=tuple(sorted(work.problems, key=lambda one: one.row))
        )
        if brought.does_something:
            _record(actor, kind, work, brought)
        transaction.set_rollback(dry_run)
    return brought


def put_unit(actor: Actor, *, kind: Kind, only_new: bool = False, **values: object) -> Line:
    """Add or change one unit.

    Raises
    ------
    UnitError
        When a value cannot be kept.
    """
    brought = put_units(actor, kind=kind, rows=[Row(number=1, values=values)], only_new=only_new)
    if brought.problems:
        raise UnitError(brought.problems[0])
    return brought.lines[0]


def look_over(actor: Actor, *, kind: Kind) -> int:
    """Note that somebody has looked at what came in with contacts, and return how many units that were."""
    require_keeper(actor)
    with transaction.atomic():
        news = kind.model.objects.filter(learnt_at__isnull=False, looked_at__isnull=True)
        count: int = news.update(looked_at=timezone.now())
        if count:
            audit.record(actor, LOOKED_OVER, kind.plural, units=count)
    return count


def _gone_through(actor: Actor, kind: Kind, rows: Sequence[Row], *, only_new: bool) -> _Work:
    cleaner = Cleaner(kind)
    clean: list[tuple[int, dict[str, Any]]] = []
    problems: list[Problem] = []
    for row in rows:
        try:
            clean.append((row.number, cleaner.clean(row)))
        except UnitError as error:
            problems.append(error.problem)
    codes = {values["code"] for _, values in clean}
    work = _Work({unit.code: unit for unit in kind.model.objects.filter(code__in=codes)}, problems=problems)
    gone = forgotten_among(actor.organisation, codes - work.there.keys()) if kind.personal else set()
    for number, values in clean:
        code = values["code"]
        wrong = _refused(kind, values, work, only_new=only_new, forgotten=code in gone)
        if wrong:
            work.problems.append(Problem(row=number, column="code", code=wrong, data={"value": code}))
        else:
            _go_through(kind, cleaner, number, values, work)
    return work


def _refused(kind: Kind, values: Mapping[str, Any], work: _Work, *, only_new: bool, forgotten: bool) -> str | None:
    code = values["code"]
    if forgotten or getattr(work.there.get(code), "forgotten_at", None):
        return "forgotten"
    if only_new and code in work.there:
        return "code_taken"
    # Agents stand in a file once for each team that they were in.
    met = any(line.code == code for line in work.lines.values()) if kind.model is not Agent else False
    return "twice" if met else None


def _go_through(kind: Kind, cleaner: Cleaner, number: int, values: dict[str, Any], work: _Work) -> None:
    code = values["code"]
    unit = work.there.get(code) or work.new.get(code)
    fresh = unit is None
    if unit is None:
        unit = work.new[code] = kind.model(code=code, name=values.get("name") or code)
    changes = _apply(kind, cleaner, unit, values)
    if not fresh and changes and code in work.there:
        unit.looked_at = unit.looked_at or timezone.now()
        work.changed[code] = unit
    work.before.setdefault(code, {}).update(changes)
    if values.get("team"):
        work.places.setdefault(code, []).append((number, values))
    verdict: Literal["new", "changed", "unchanged"] = "new" if fresh else "changed" if changes else "unchanged"
    work.lines[number] = Line(row=number, code=code, name=unit.name, verdict=verdict, columns=tuple(changes))


def _apply(kind: Kind, cleaner: Cleaner, unit: Unit, values: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Give a unit its values, and return what each was before and is now."""
    changes = {}
    for column in ("name", *kind.fields, "active"):
        if column not in values:
            continue
        value = values[column] or unit.code if column == "name" else values[column]
        attribute, stored = column, value
        if column in cleaner.ids:
            attribute, stored = f"{column}_id", cleaner.ids[column].get(value)
        if getattr(unit, attribute) != stored:
            changes[column] = [_told(cleaner, column, getattr(unit, attribute)), value]
            setattr(unit, attribute, stored)
    return changes


def _told(cleaner: Cleaner, column: str, stored: Any) -> Any:
    if column not in cleaner.ids:
        return stored
    return next((code for code, pk in cleaner.ids[column].items() if pk == stored), None)


def _put_in_teams(work: _Work) -> None:
    """Put agents into the teams that their rows name, earliest first; what is so already is not said again."""
    agents = {code: (work.there.get(code) or work.new[code]).pk for code in work.places}
    said, current = said_stays(list(agents.values())), teams_on(list(agents.values()), today())
    moved: dict[int, list[Stay]] = {}
    for code, rows in work.places.items():
        agent = agents[code]
        asked = _asked([values for _, values in rows], current.get(agent))
        if holding([*said.get(agent, ()), *asked]) != holding(said.get(agent, ())):
            moved[agent] = asked
            for number, _ in rows:
                work.lines[number] = _moved(work.lines[number])
    if moved:
        say_stays(moved)


def _asked(rows: Iterable[Mapping[str, Any]], current: str | None) -> list[Stay]:
    asked = [
        Stay(values.get("starts_on") or today(), values.get("ends_on"), values["team"])
        for values in rows
        if values.get("starts_on") or values["team"] != current
    ]
    return sorted(asked, key=lambda one: one.starts_on)


def _moved(line: Line) -> Line:
    verdict: Literal["new", "changed"] = "new" if line.verdict == "new" else "changed"
    return replace(line, verdict=verdict, columns=(*line.columns, "team"))


def _record(actor: Actor, kind: Kind, work: _Work, brought: Brought) -> None:
    if len(brought.lines) + len(brought.problems) > 1:
        new, changed, unchanged = (brought.count(verdict) for verdict in ("new", "changed", "unchanged"))
        told: dict[str, Any] = {
            "new": new,
            "changed": changed,
            "unchanged": unchanged,
            "left_out": len(brought.problems),
        }
        audit.record(actor, BROUGHT_IN, kind.plural, **told)
        return
    (line,) = brought.lines
    unit = work.there.get(line.code) or work.new[line.code]
    action = ADDED if line.verdict == "new" else CHANGED
    # What an agent is called is personal data, which the log must not know.
    told = {"columns": list(line.columns)} if kind.personal else {"changes": work.before[line.code]}
    audit.record(actor, action, f"{kind.name} {unit.pk if kind.personal else line.code}"[:200], **told)
