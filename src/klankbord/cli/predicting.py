"""`klankbord predictions`: what agents expected against what customers said, from a lake or from files."""

import sys
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from klankbord.cli.asking import AnswerFormat, form_of, written_to
from klankbord.cli.drawing import check_drawable, draw_result
from klankbord.cli.terminal import Format, working
from klankbord.errors import OptionError

if TYPE_CHECKING:
    from klankbord.lake.expected import Expected
    from klankbord.prediction import AssistedScore, Learning, Recalibration, SilentDetractors, Skill, Skills
    from klankbord.results import Estimate, Notice, Result

_ROWS = 40  # groups or contacts that a table on a terminal shows unless told otherwise
_LAKE = "A lake instead of files"
_COLUMNS = "Columns, where the file does not speak for itself"
_MEANING = "What was asked"
_FIGURES = {
    "bias": "points too high (+) or too low",
    "mae": "points off on average",
    "hits": "share whose kind was foreseen",
    "skill": "1 is perfect, 0 like always naming the mean",
    "mse": "squared error, of which",
    "miscalibration": "  could be unlearned (+)",
    "discrimination": "  insight saves (-)",
    "uncertainty": "  customers differ, nobody's fault (+)",
    "kappa": "agreement, to 1",
    "spearman": "agreement of order, to 1",
}


_SIGNED = frozenset({"bias", "skill", "kappa", "spearman"})


class View(StrEnum):
    """What is asked about predictions."""

    skill = "skill"
    learning = "learning"
    recalibration = "recalibration"
    everybody = "everybody"
    silent = "silent"


def predictions(
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="Contacts or answers with a prediction beside the score.", show_default=False),
    ] = None,
    *,
    show: Annotated[
        View,
        typer.Option(
            help="skill: how good; learning: do they learn; recalibration: what predictions should have said; "
            "everybody: the score of all contacts; silent: silent customers who are probably unhappy."
        ),
    ] = View.skill,
    by: Annotated[
        str | None,
        typer.Option(
            metavar="COLUMN", help="Group by it: agent, team, queue; of the silent, list it too.", show_default=False
        ),
    ] = None,
    lake: Annotated[
        Path | None,
        typer.Option(
            "--lake", metavar="DIR", envvar="KLANKBORD_LAKE", help="Folder of the lake.", rich_help_panel=_LAKE
        ),
    ] = None,
    where: Annotated[
        list[str] | None,
        typer.Option(metavar="CONDITION", help="As channel=phone|chat; may be repeated.", rich_help_panel=_LAKE),
    ] = None,
    period: Annotated[
        str | None,
        typer.Option(metavar="PERIOD", help="2026-Q1, 2026-01..2026-06, last 3 months.", rich_help_panel=_LAKE),
    ] = None,
    predicted: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="Holds the prediction.", rich_help_panel=_COLUMNS)
    ] = None,
    score: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="Holds the score.", rich_help_panel=_COLUMNS)
    ] = None,
    agent: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="Holds who predicted.", rich_help_panel=_COLUMNS)
    ] = None,
    date: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="Holds the moment of the contact.", rich_help_panel=_COLUMNS)
    ] = None,
    measure: Annotated[
        str | None, typer.Option(metavar="NAME", help="nps, csat or ces.", rich_help_panel=_MEANING)
    ] = None,
    scale: Annotated[
        str | None, typer.Option(metavar="LOW-HIGH", help="Scale of the question.", rich_help_panel=_MEANING)
    ] = None,
    zone: Annotated[
        str | None, typer.Option(metavar="ZONE", help="Zone of the moments.", rich_help_panel=_MEANING)
    ] = None,
    form: Annotated[
        AnswerFormat | None, typer.Option("--format", help="How to print it.", show_default="table")
    ] = None,
    limit: Annotated[int | None, typer.Option(help="Show so many rows.", show_default=False)] = None,
    level: Annotated[float, typer.Option(help="Confidence level.")] = 0.95,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write here; .svg, .html and .png are charts.")
    ] = None,
) -> None:
    """Hold what agents expected against what customers said, and say what that tells of the silent.

    Example: klankbord predictions calls.csv --by agent, or klankbord predictions --lake centre --show everybody
    """
    form = form or form_of(output)
    if form is AnswerFormat.chart:
        check_drawable(output)
    if by and show not in {View.skill, View.silent}:
        raise OptionError(f"--show {show.value} takes no --by", hint="narrow the rows with --where instead")
    with working("Reading"):
        if files:
            named = {"predicted": predicted, "score": score, "agent": agent, "date": date}
            rows = _of_files(files, where or period, by, measure=measure, scale=scale, zone=zone, **named)
        else:
            rows = _of_lake(lake, where, period, by, measure)
    with working("Comparing"):
        result = _asked(rows, show, by, limit, level)
    title = _title(rows, files)
    if form is AnswerFormat.chart:
        draw_result(result, output, title=title, about=result.summary().partition("\n")[0])
        return
    with written_to(output):
        _print(result, rows, Format(form.value), title, limit or _ROWS)


def _of_files(files: list[Path], narrowed: object, by: str | None, *, scale: str | None, **named: Any) -> "Expected":
    from klankbord.cli.files import scale_of
    from klankbord.lake.expected import read_expected

    if narrowed:
        raise OptionError("a file takes no --where and no --period", hint="import it first: klankbord import FILE")
    return read_expected(*files, by=(by,) if by else (), scale=scale_of(scale), **named)


def _of_lake(
    folder: Path | None, where: list[str] | None, period: str | None, by: str | None, measure: str | None
) -> "Expected":
    from klankbord.lake import Lake
    from klankbord.lake.expected import expected_of
    from klankbord.score import measure_named

    if folder is None:
        raise OptionError("nothing to read was named", hint="name a file, add --lake DIR, or set KLANKBORD_LAKE")
    asked = measure_named(measure) if measure else None
    return expected_of(Lake.open(folder), by=(by,) if by else (), where=where or (), period=period, measure=asked)


def _asked(rows: "Expected", show: View, by: str | None, limit: int | None, level: float) -> "Result":
    if show is View.skill:
        return _allowed(rows, by, level)
    if show is View.silent:
        return _listed(rows, by, limit, level)
    views: dict[View, Callable[..., Result]] = {
        View.learning: rows.learning,
        View.recalibration: rows.recalibration,
        View.everybody: rows.everybody,
    }
    return views[show](level=level)


def _allowed(rows: "Expected", by: str | None, level: float) -> "Skill | Skills":
    """Return the skill of all or of groups, without groups in which so few people are that it speaks of persons."""
    from dataclasses import replace

    if by is None:
        return rows.skill(level=level)
    found = rows.skill_by(by, level=level)
    kept = [at for at, key in enumerate(found.keys) if key[0] not in _hidden(rows, by)]
    if len(kept) == len(found):
        return found
    keys, results = tuple(found.keys[at] for at in kept), [found.rows[at] for at in kept]
    notice = _people_hidden(len(found) - len(kept), len(found))
    return replace(found, keys=keys, rows=results, notices=(*found.notices, notice))


def _listed(rows: "Expected", by: str | None, limit: int | None, level: float) -> "SilentDetractors":
    """Return the silent contacts, and of each the group that was asked for, unless it speaks of persons."""
    from dataclasses import replace

    found = rows.silent_detractors(limit=limit, level=level, by=by)
    hidden = _hidden(rows, by) if by else frozenset()
    if by is None or not hidden:
        return found
    told = tuple(None if group in hidden else group for group in found.details[by])
    notice = _people_hidden(len(hidden), len(set(rows.column(by).tolist()) - {None}))
    return replace(found, details={**found.details, by: told}, notices=(*found.notices, notice))


def _hidden(rows: "Expected", by: str) -> frozenset[object]:
    """Return the groups in which so few agents are that a figure of theirs would be one of persons."""
    from klankbord.fairness import minimum

    if by == "agent" or "agent" not in rows.columns:
        return frozenset()
    pairs = set(zip(rows.column(by).tolist(), rows.columns["agent"].tolist(), strict=True))
    if len(pairs) == len({group for group, _ in pairs}) == len({who for _, who in pairs}):
        return frozenset()  # the agents themselves, under another heading
    people: dict[object, int] = {}
    for group, who in pairs:
        people[group] = people.get(group, 0) + (who is not None)
    may = minimum(people, by=by)
    return frozenset(group for group, count in people.items() if count and not may.allows(group))


def _people_hidden(hidden: int, groups: int) -> "Notice":
    from klankbord.fairness.hiding import LEAST
    from klankbord.results import Notice

    some = f"{hidden:,} of {groups:,} groups {'is' if hidden == 1 else 'are'} not shown"
    message = f"{some}: fewer than {LEAST} agents, or it would give such a group away"
    return Notice(code="people_hidden", message=message, data={"groups": hidden, "least": LEAST})


def _title(rows: "Expected", files: list[Path] | None) -> str:
    import numpy as np

    from klankbord.results import numbered

    known = ~np.isnan(rows.predicted)
    answered = int((known & ~np.isnan(rows.actual)).sum())
    place = ", ".join(file.name for file in files) if files else "the lake"
    return f"Predictions · {place} · {numbered(int(known.sum()), 'prediction')}, {answered:,} of them answered"


def _print(result: Any, rows: "Expected", form: Format, title: str, shown: int) -> None:
    from klankbord.cli.printing import print_machine, print_notices
    from klankbord.prediction import AssistedScore, Learning, Recalibration, SilentDetractors, Skill, Skills

    if print_machine(result, form, source=dict(rows.question)):
        return
    match result:
        case Skills():
            _print_groups(result, title, shown)
        case Skill():
            _print_skill(result, title)
        case Learning():
            _print_learning(result, title)
        case Recalibration():
            _print_recalibration(result, title, shown)
        case AssistedScore():
            _print_everybody(result, title)
        case SilentDetractors():
            _print_silent(result, title, shown)
    print_notices((*rows.notices, *result.notices))


def _print_skill(found: "Skill", title: str) -> None:
    from klankbord.cli.printing import print_grid
    from klankbord.results import numbered

    sys.stdout.write("".join(f"{line}\n" for line in found.sentences("agents")) + "\n")
    known = dict(found.figures())
    figures = [[name, _number(known[name]), _span(known[name]), words] for name, words in _FIGURES.items()]
    figures = [row if row[0] in _SIGNED else [cell.replace("+", "") for cell in row[:3]] + row[3:] for row in figures]
    print_grid(title, ["figure", ">value", ">interval", "what it means"], figures)
    sys.stdout.write(f"{found.summary()}\n")
    if found.clusters:
        sys.stdout.write(f"Intervals rest on {numbered(found.clusters, found.unit.removesuffix('s'))} drawn again\n")


def _print_groups(found: "Skills", title: str, shown: int) -> None:
    from klankbord.cli.printing import print_grid
    from klankbord.results import numbered

    columns = [
        found.by[0],
        ">n",
        ">bias",
        ">interval",
        ">off by",
        ">foreseen",
        ">skill",
        ">interval",
        ">could unlearn",
        ">insight",
    ]
    lines = []
    groups = [("(empty)" if key[0] is None else str(key[0]), row) for key, row in found][:shown]
    for name, row in [*groups, ("all", found.overall)]:
        hits = "–" if row.hits.value is None else f"{100 * row.hits.value:.0f} %"
        figures = [_number(row.bias), _span(row.bias), _amount(row.mae), hits, _number(row.skill), _span(row.skill)]
        lines.append([name, f"{row.n:,}", *figures, _amount(row.miscalibration), _amount(row.discrimination)])
    print_grid(title, columns, lines)
    if len(found) > shown:
        sys.stdout.write(f"{numbered(len(found) - shown, 'more group')}; --limit shows more\n")
    rough = sum(any(notice.code == "few_units" for notice in row.notices) for row in found.rows)
    if rough:
        rest = f"{numbered(rough, 'group')} {'rests' if rough == 1 else 'rest'}"
        sys.stdout.write(f"{rest} on few agents, days or answers: read the bias, and the rest later\n")


def _print_learning(found: "Learning", title: str) -> None:
    from klankbord.cli.printing import print_grid

    rows = [
        [
            part,
            f"{found.first[part]:.2f}",
            f"{found.second[part]:.2f}",
            _number(change),
            _span(change),
            _FIGURES[part].strip(),
        ]
        for part, change in found.changes.items()
    ]
    print_grid(
        title, ["part of the error", ">first half", ">second half", ">change", ">interval", "what it means"], rows
    )
    slope = (
        f"every doubling of the answers seen changes the squared error by {_number(found.slope)} ({_span(found.slope)})"
    )
    sys.stdout.write(f"{found.summary()}\n{slope}\n")


def _print_recalibration(found: "Recalibration", title: str, shown: int) -> None:
    from klankbord.cli.printing import print_grid
    from klankbord.results import numbered

    levels = [str(level) for level in found.measure.levels]
    made = zip(found.agents, found.n, found.methods, found.maps.tolist(), strict=False)
    rows = [[str(name), f"{n:,}", method, *(f"{one:.1f}" for one in mended)] for name, n, method, mended in made]
    rows = [*rows[:shown], ["anybody else", "", "", *(f"{one:.1f}" for one in found.maps[-1].tolist())]]
    print_grid(
        f"{title}\nWhat a prediction of ... should have said",
        ["agent", ">n", "made by", *(f">{one}" for one in levels)],
        rows,
    )
    if len(found.agents) > shown:
        sys.stdout.write(f"{numbered(len(found.agents) - shown, 'more agent')}; --limit shows more\n")
    sys.stdout.write(f"{found.summary()}\n")


def _print_everybody(found: "AssistedScore", title: str) -> None:
    from klankbord.cli.printing import print_grid, signed, span

    rows = []
    for way in found:
        interval = f"{signed(way.interval.low)} to {signed(way.interval.high)}" if way.interval else "–"
        middle = way.value if way.value is not None else (way.interval.low if way.interval else 0.0)
        drawn = span(way.interval.low, way.interval.high, middle, found.measure.low) if way.interval else ""
        name = f"{way.name} <" if way.name == found.advised.name else way.name
        rows.append([name, signed(way.value), interval, drawn, way.assumption])
    population = f"all {found.contacts:,} contacts that could be asked about; {found.answers:,} answered"
    score = f"{found.measure.title} of {population}"
    print_grid(
        f"{title}\n{score}", ["way", f">{found.measure.title}", ">interval", "|", "what it takes for granted"], rows
    )
    sys.stdout.write(f"<  the simplest way that these answers do not speak against: {found.advised.name}\n")


def _print_silent(found: "SilentDetractors", title: str, shown: int) -> None:
    from klankbord.cli.printing import print_grid
    from klankbord.results import numbered

    details = {name: cells for name, cells in found.details.items() if name != "hour"}
    rows = []
    for at, (contact, chance) in enumerate(list(zip(found.contacts, found.chances, strict=True))[:shown]):
        cells = [_when(found, at) if name == "day" else _cell(told[at]) for name, told in details.items()]
        rows.append([str(contact), f"{100 * chance:.0f} %", *cells])
    sys.stdout.write(f"{title}\n{found.summary()}\n\n")
    headings = [{"day": "when", "predicted": ">predicted"}.get(name, name) for name in details]
    print_grid(f"Silent, and most probably {found.word}", ["contact", ">chance", *headings], rows)
    if len(found.contacts) > shown:
        sys.stdout.write(f"{numbered(len(found.contacts) - shown, 'more contact')}; --limit shows more\n\n")
    curve = [[f"{point.predicted:.0f} %", f"{point.mean:.0f} %", f"{point.n:,}"] for point in found.curve]
    print_grid("How right chances were", [">said", f">were {found.word}", ">answers"], curve)


def _when(found: "SilentDetractors", at: int) -> str:
    day, hours = _cell(found.details["day"][at]), found.details.get("hour")
    hour = hours[at] if hours else None
    return day if hour is None else f"{day} {hour:02.0f} h"


def _cell(value: object) -> str:
    return "–" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _number(figure: "Estimate") -> str:
    return "–" if figure.value is None else f"{figure.value:+z.2f}".replace("-", "−")


def _amount(figure: "Estimate") -> str:
    """Return a figure that has no sign."""
    return _number(figure).removeprefix("+")


def _span(figure: "Estimate") -> str:
    if figure.interval is None:
        return "–"
    return f"{figure.interval.low:+z.2f} to {figure.interval.high:+z.2f}".replace("-", "−")
