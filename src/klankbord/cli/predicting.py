"""`klankbord predictions`: what agents expected against what customers said, from a lake or from files."""

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
    from klankbord.prediction import SilentDetractors, Skill, Skills
    from klankbord.results import Notice, Result

_LAKE = "A lake instead of files"
_COLUMNS = "Columns, where the file does not speak for itself"
_MEANING = "What was asked"


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
    limit: Annotated[int | None, typer.Option(min=1, help="Show so many rows.", show_default=False)] = None,
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
    from klankbord.cli.predicted import print_predictions

    with written_to(output):
        print_predictions(result, rows, Format(form.value), title, limit)


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
