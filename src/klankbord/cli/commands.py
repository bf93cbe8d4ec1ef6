"""The commands: each reads its options, asks one question, prints the answer."""

import sys
from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

import typer

from klankbord.cli import lakes
from klankbord.cli.asking import ask
from klankbord.cli.files import reads_files, reads_records
from klankbord.cli.importing import import_
from klankbord.cli.people import agents
from klankbord.cli.predicting import predictions
from klankbord.cli.simulating import simulate
from klankbord.cli.terminal import Format, as_typed, working
from klankbord.cli.trusting import trust
from klankbord.errors import KlankbordError, OptionError

app = typer.Typer(
    name="klankbord",
    help="Klankbord reads the export of a survey tool and says where you stand, whether it really moved, and for whom.",
    epilog="Begin with: klankbord check FILE, then: klankbord report FILE -o report.html",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

By = Annotated[list[str] | None, typer.Option("--by", metavar="COLUMN", help="Group by a column; may be repeated.")]
Level = Annotated[float, typer.Option(help="Confidence level.")]
As = Annotated[Format, typer.Option("--format", help="How to print it.")]


def run() -> int:
    """Run the command line and return its exit code."""
    try:
        app()
    except KlankbordError as error:
        return _refuse(error)
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    return 0


def _refuse(error: KlankbordError) -> int:
    if "json" in sys.argv:
        from klankbord.cli.printing import print_json

        print_json({"error": error.to_dict()})
    else:
        sys.stderr.write(f"{error.message}\n" + (f"  {as_typed(error.hint)}\n" if error.hint else ""))
    return 2


def _version(wanted: bool) -> None:
    if wanted:
        from klankbord import __version__

        sys.stdout.write(f"klankbord {__version__}\n")
        raise typer.Exit


@app.callback()
def klankbord(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and leave.")
    ] = False,
) -> None:
    """Read exports of survey tools; every number comes with its doubt."""


app.command(name="import")(import_)
app.add_typer(lakes.app, name="lake")
app.command()(ask)
app.command()(agents)
app.command()(predictions)
app.command()(trust)
app.command()(simulate)


@app.command()
@reads_records
def check(responses: Any, *, form: As = Format.table) -> None:
    """Say what a file is, how it was read, and which rows were dropped and why.

    Nothing is computed and nothing is written: look here first when a number surprises you.
    """
    from klankbord.cli.check import print_check

    print_check(responses, form)


@app.command()
@reads_files
def score(
    responses: Any,
    *,
    by: By = None,
    level: Level = 0.95,
    target: Annotated[float | None, typer.Option(help="Leave with exit code 1 when a score falls short of it.")] = None,
    form: As = Format.table,
) -> None:
    """Score the answers, as a whole or by group, with an interval for each score.

    Fewer than five answers give counts only. Example: klankbord score answers.csv --by team --by channel
    """
    from klankbord.cli.scores import print_scores
    from klankbord.score import score as compute

    table = compute(responses, by=by or (), level=level)
    print_scores(table, responses, form, target)
    if target is not None and any(row.value is not None and row.value < target for row in table.rows):
        raise typer.Exit(code=1)


@app.command()
@reads_files
def compare(
    responses: Any,
    *,
    by: Annotated[str, typer.Option(metavar="COLUMN", help="Column whose groups are compared.")],
    level: Level = 0.95,
    form: As = Format.table,
) -> None:
    """Compare groups: two with each other, more each with all the others.

    real: beyond what chance makes. noise: less than half of what could have been seen. unclear: in between.
    """
    from klankbord.cli.scores import print_comparisons
    from klankbord.results import Table
    from klankbord.score import compare as compare_two
    from klankbord.score import compare_many
    from klankbord.score import score as compute

    table = compute(responses, by=by, level=level)
    if len(table) < 2:
        raise OptionError(f"column {by!r} has one value only: nothing to compare", column=by)
    if len(table) > 2:
        print_comparisons(compare_many(table, level=level), responses, form)
        return
    question = {**table.question, "against": str(table.keys[1][0])}
    pair = compare_two(table.rows[0], table.rows[1], level=level)
    only = Table(question=question, notices=table.notices, by=table.by, keys=table.keys[:1], rows=[pair])
    print_comparisons(only, responses, form)


@app.command()
@reads_files
def trend(
    responses: Any,
    *,
    every: Annotated[str, typer.Option(help="day, week, month, quarter or year.")] = "month",
    level: Level = 0.95,
    form: As = Format.table,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Draw it here: trend.svg, .html or .png.")
    ] = None,
) -> None:
    """Score the answers period by period, and say whether level and slope really moved and where it broke."""
    from klankbord.cli.drawing import check_drawable, draw_result
    from klankbord.cli.scores import print_trend
    from klankbord.score import trend as compute

    check_drawable(output)
    found = compute(responses, every=every, level=level)
    # What is doubtful about the answers is so about their trend: a chart shows where they were asked otherwise.
    found = replace(found, notices=(*responses.notices, *found.notices))
    if output is None:
        print_trend(found, responses, form)
        return
    title, about = f"{responses.measure.title} by {found.every}", responses.summary()
    draw_result(found, output, title=title, about=about)


@app.command()
@reads_files
def report(
    responses: Any,
    *,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="report.html, .pdf or .xlsx")] = Path(
        "report.html"
    ),
    by: By = None,
    language: Annotated[str, typer.Option(help="nl, fr, de or en.")] = "en",
    title: Annotated[str | None, typer.Option(help="Title of the report.", show_default=False)] = None,
    level: Level = 0.95,
) -> None:
    """Write a report for the board: where you stand, whether it moved, for whom, in customers' own words.

    Without --by the telling columns are found in the file. Example: klankbord report answers.csv -o report.pdf
    """
    from klankbord.reports import build_report

    with working(f"Writing {output.name}"):
        build_report(responses, by=by or None, language=language, title=title, level=level).save(output)
    sys.stdout.write(f"{output}\n")


@app.command(name="sample-size")
def sample_size(
    *,
    margin: Annotated[float | None, typer.Option(help="Wanted margin, in points either side.")] = None,
    change: Annotated[
        float | None, typer.Option(help="Change between two groups that must be seen, in points.")
    ] = None,
    promoters: Annotated[float, typer.Option(help="Expected share of promoters.")] = 0.5,
    detractors: Annotated[float, typer.Option(help="Expected share of detractors.")] = 0.2,
    population: Annotated[int | None, typer.Option(help="How many could be asked, where that is few.")] = None,
    power: Annotated[float, typer.Option(help="Wanted chance to see the change.")] = 0.8,
    level: Level = 0.95,
) -> None:
    """Say how many answers a margin, or a change between two groups, asks for.

    Example: klankbord sample-size --margin 5
    """
    from klankbord.score import sample_size as plan

    answers = plan(
        margin=margin, change=change, good=promoters, bad=detractors, level=level, power=power, population=population
    )
    asked = f"a margin of {margin:g} points" if margin is not None else f"a change of {change:g} points"
    sys.stdout.write(f"{answers:,} answers{' in each group' if change is not None else ''} for {asked}\n")


# The product stands above this room: it is named here, not imported, and is there when what it needs is.
if find_spec("django"):
    app.registered_commands.extend(import_module("klankbord.web.site.commands").app.registered_commands)
