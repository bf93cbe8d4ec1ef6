"""`klankbord ask`: a question to a lake, in words or in options, and its answer as a table, a chart or data."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from klankbord.cli.drawing import DRAWN, check_drawable, draw_result
from klankbord.cli.terminal import Format, working
from klankbord.errors import OptionError

if TYPE_CHECKING:
    from klankbord.lake.questions import Answer, Question

_ROWS = 40  # groups that a table on a terminal shows unless told otherwise
_WIDE = 100  # columns from which there is room for more than the essential
_LONG = 24  # letters of a title that a column bears
_QUESTION = "The question, in options"


class AnswerFormat(StrEnum):
    """How an answer is printed."""

    table = "table"
    json = "json"
    csv = "csv"
    chart = "chart"


def ask(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="MEASURE",
            help="A measure, or a whole question in words; --list names the measures.",
            show_default=False,
        ),
    ] = None,
    *,
    lake: Annotated[
        Path | None, typer.Option("--lake", metavar="DIR", envvar="KLANKBORD_LAKE", help="Folder of the lake.")
    ] = None,
    by: Annotated[
        list[str] | None,
        typer.Option(metavar="DIMENSION", help="Group by it; may be repeated.", rich_help_panel=_QUESTION),
    ] = None,
    where: Annotated[
        list[str] | None,
        typer.Option(metavar="CONDITION", help="As channel=phone|chat; may be repeated.", rich_help_panel=_QUESTION),
    ] = None,
    period: Annotated[
        str | None,
        typer.Option(metavar="PERIOD", help="2026-Q1, 2026-01..2026-06, last 3 months.", rich_help_panel=_QUESTION),
    ] = None,
    grain: Annotated[
        str | None,
        typer.Option(metavar="UNIT", help="Cut time: hour, weekday, day ... year.", rich_help_panel=_QUESTION),
    ] = None,
    compare: Annotated[
        str | None,
        typer.Option(metavar="WITH", help="previous, last year, rest or a period.", rich_help_panel=_QUESTION),
    ] = None,
    form: Annotated[
        AnswerFormat | None, typer.Option("--format", help="How to print it.", show_default="table")
    ] = None,
    sort: Annotated[str, typer.Option(metavar="ORDER", help="name, best, worst or most.")] = "name",
    limit: Annotated[int | None, typer.Option(help="Show so many groups.", show_default=False)] = None,
    level: Annotated[float, typer.Option(help="Confidence level.")] = 0.95,
    explain: Annotated[bool, typer.Option("--explain", help="Say how it was understood, and show the SQL.")] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write here; .svg, .html and .png are charts.")
    ] = None,
    engine: Annotated[str, typer.Option(metavar="NAME", help="local, spark://host:7077 or sc://host:15002.")] = "local",
    listed: Annotated[bool, typer.Option("--list", help="List the measures and their definitions.")] = False,
) -> None:
    """Ask a lake a question; every number comes with its interval.

    Example: klankbord ask "nps by team where channel=phone in 2026-Q1 compare previous" --lake centre
    """
    form = form or form_of(output)
    if form is AnswerFormat.chart:
        check_drawable(output)
    if listed:
        with written_to(output):
            _print_measures(form)
        return
    question = _question(words, by=by, where=where, period=period, grain=grain, compare=compare)
    answer = _answer(question, lake, engine, level).arranged(sort, limit)  # type: ignore[arg-type]
    if form is AnswerFormat.chart:
        title = f"{answer.definition.title}{answer.described}"
        draw_result(answer, output, title=title, about=answer.definition.sentence)
        return
    with written_to(output):
        _print_answer(answer, Format(form.value), explain=explain, shown=limit or _ROWS)


def form_of(output: Path | None) -> AnswerFormat:
    """Return the form that the name of a file asks for.

    Raises
    ------
    OptionError
        When it asks for one that there is not.
    """
    suffix = output.suffix.lower() if output else ""
    if suffix in DRAWN:
        return AnswerFormat.chart
    forms = {"": AnswerFormat.table, ".txt": AnswerFormat.table, ".json": AnswerFormat.json, ".csv": AnswerFormat.csv}
    if suffix not in forms:
        hint = f"end it in {', '.join([*filter(None, forms), *DRAWN])}, or say --format"
        raise OptionError(f"{output} cannot be written: nothing here makes a file of that kind", hint=hint)
    return forms[suffix]


@contextmanager
def written_to(output: Path | None) -> Iterator[None]:
    """Send what is printed to a file, where one was named, and say so."""
    if output is None:
        yield
        return
    with output.open("w", encoding="utf-8") as file, redirect_stdout(file):
        yield
    sys.stdout.write(f"{output}\n")


def _question(words: Sequence[str] | None, *, by: Sequence[str] | None, **options: Any) -> "Question":
    """Put the question together from words and options; what the words say, no option may say again."""
    from klankbord.lake.questions.parsing import parts_of
    from klankbord.lake.questions.question import Question
    from klankbord.lake.questions.words import cut

    if not words:
        raise OptionError("nothing was asked", hint='klankbord ask "nps by team in 2026", or klankbord ask --list')
    parts: dict[str, Any] = dict(parts_of(" ".join(words)))
    names = [str(name) for text in by or () for name in cut(text) if name != ","]
    for name, value in {"by": names, **options}.items():
        if value and name in parts:
            raise OptionError(f"{name} is said in the question and as an option", hint=f"leave --{name} out")
        if value:
            parts[name] = value
    return Question.of(**parts)


def _answer(question: "Question", folder: Path | None, engine: str, level: float) -> "Answer":
    from klankbord.lake import Lake
    from klankbord.lake.engines import engine_named
    from klankbord.lake.questions import ask as answer_of

    if folder is None:
        raise OptionError("no lake was named", hint="add --lake DIR, or set KLANKBORD_LAKE")
    with working("Counting"):
        return answer_of(question, Lake.open(folder), engine_named(engine), level=level)


def _print_measures(form: AnswerFormat) -> None:
    from klankbord.cli.printing import print_csv, print_grid, print_json
    from klankbord.lake.questions import DEFINITIONS

    if form is AnswerFormat.json:
        print_json({"measures": [definition.to_dict() for definition in DEFINITIONS.values()]})
    elif form is AnswerFormat.csv:
        print_csv([definition.to_dict() for definition in DEFINITIONS.values()])
    else:
        rows = [[one.usage, one.sentence] for one in DEFINITIONS.values()]
        print_grid("Measures", ["measure", "what it is"], rows)


def _print_answer(answer: "Answer", form: Format, *, explain: bool, shown: int) -> None:
    from klankbord.cli.printing import print_grid, print_machine, print_notices

    if print_machine(answer, form):
        return
    few = answer.arranged(limit=shown)
    columns, rows = _grid(few)
    print_grid(f"{answer.definition.title}{answer.described}", columns, rows)
    if answer.groups > len(few):
        sys.stdout.write(f"{answer.groups - len(few):,} more groups; --limit shows more\n")
    if answer.trend is not None:
        sys.stdout.write("".join(f"{line}\n" for line in answer.trend.summary().splitlines()[1:]))
    print_notices(answer.notices)
    if explain:
        _print_understood(answer)


def _grid(answer: "Answer") -> tuple[list[str], list[list[str]]]:
    definition, judged = answer.definition, answer.comparisons
    level = f"{100 * float(str(answer.question['level'])):g} % interval"
    wide = _width() >= _WIDE
    keys = list(answer.scope.question.keys)
    title = definition.title if len(definition.title) <= _LONG else "value"
    columns = [*keys, ">n", f">{title}", *([f">{level}"] if wide or judged is None else [])]
    if judged:
        columns += [
            *([">other"] if wide else []),
            ">difference",
            ">of the difference" if wide else f">{level}",
            "verdict",
        ]
    floor = definition.scale.low if definition.scale else None
    drawn = judged is None and floor is not None
    columns += ["|"] if drawn else []
    results = [*zip(answer.keys, answer.rows, judged or [None] * len(answer), strict=True)] if keys else []
    total = ("all", *[""] * (len(keys) - 1)) if keys else ()
    rows = []
    for key, row, compared in [*results, (total, answer.total, answer.total_comparison)]:
        cells = [*(answer.labels(key) if key is not total else total), f"{row.n:,}", definition.written(row.value)]
        cells += [_interval(row, definition.written)] if wide or judged is None else []
        cells += _compared(compared, definition)[0 if wide else 1 :] if judged else []
        if drawn:
            cells.append(_drawn(row, floor))
        rows.append(cells)
    return columns, rows


def _drawn(row: Any, floor: float | None) -> str:
    from klankbord.cli.printing import span

    if row.interval is None or row.value is None or floor is None:
        return "too few"
    return span(row.interval.low, row.interval.high, row.value, floor)


def _compared(compared: Any, definition: Any) -> list[str]:
    if compared is None:
        return ["", "", "", ""]
    verdict = compared.verdict if compared.value is not None else "too few"
    other = definition.written(compared.b.value if compared.b else None)
    return [other, definition.difference(compared.value), _interval(compared, definition.difference), verdict]


def _interval(row: Any, written: Any) -> str:
    if row.interval is None:
        return "–"
    low, high = (written(limit) for limit in (row.interval.low, row.interval.high))
    unit = next((unit for unit in (" %", " pt", " s") if high.endswith(unit)), "")
    return f"{low.removesuffix(unit)} to {high}"


def _width() -> int:
    from rich.console import Console

    return Console().width if sys.stdout.isatty() else _WIDE


def _print_understood(answer: "Answer") -> None:
    told, plan = answer.question, answer.scope.plan
    months = "all months" if plan.months is None else f"{len(plan.months)} month{'s' * (len(plan.months) != 1)}"
    period = (
        f"{answer.scope.span.first} to {answer.scope.span.last}" if answer.scope.span else "all that the lake holds"
    )
    lines = {
        "question": told["text"],
        "query": told["query"],
        "measure": answer.definition.sentence,
        "period": period,
        "read": f"{int(str(told['rows_read'])):,} rows of {plan.table}, of {months}",
        "engine": told["engine"],
        "sql": plan.sql,
    }
    sys.stdout.write("\n" + "".join(f"{name:<10}{line}\n" for name, line in lines.items()))
