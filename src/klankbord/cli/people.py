"""`klankbord agents`: agents, teams and sites compared, from a lake or from files, without ranking noise."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from klankbord.cli.asking import AnswerFormat, form_of, written_to
from klankbord.cli.drawing import check_drawable, draw_result
from klankbord.cli.files import reads_sources
from klankbord.cli.terminal import Format, working
from klankbord.errors import OptionError

if TYPE_CHECKING:
    from klankbord.fairness import Standing, Standings

_ROWS = 40  # people that a table on a terminal shows unless told otherwise
_NONE = "none"
_NOTHING = 0.05  # points that would be told as 0.0
_COMPARISON = "How people are compared"
_SIDES = {"above": "above the others", "below": "below the others", "unclear": ""}
_WITHIN = {"joined": "joined within the period", "drifts": "changed within the period"}


@reads_sources
def agents(
    source: Any,
    *,
    by: Annotated[str, typer.Option(metavar="COLUMN", help="agent, team or site.", rich_help_panel=_COMPARISON)] = (
        "agent"
    ),
    case_mix: Annotated[
        list[str] | None,
        typer.Option(
            metavar="COLUMN",
            help="Take its part out; may be repeated. Usual: queue, touchpoint, reason, channel, language, hour, leg.",
            rich_help_panel=_COMPARISON,
            show_default=False,
        ),
    ] = None,
    target: Annotated[
        float | None,
        typer.Option(help="Give the chance to be below this score.", rich_help_panel=_COMPARISON),
    ] = None,
    share: Annotated[
        str,
        typer.Option(
            metavar="RULE",
            help="equal, talk or last: whose score it is when several handled a contact.",
            rich_help_panel=_COMPARISON,
        ),
    ] = "equal",
    league: Annotated[
        bool,
        typer.Option("--league", help="Rank them; refused where that would be noise.", rich_help_panel=_COMPARISON),
    ] = False,
    only: Annotated[list[str] | None, typer.Option(metavar="NAME", help="Show these only; may be repeated.")] = None,
    minimum: Annotated[int, typer.Option(help="Show nobody with fewer answers; 3 or more.")] = 5,
    form: Annotated[
        AnswerFormat | None, typer.Option("--format", help="How to print it.", show_default="table")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Show so many people.", show_default=False)] = None,
    level: Annotated[float, typer.Option(help="Confidence level.")] = 0.95,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write here; .svg, .html and .png are charts.")
    ] = None,
) -> None:
    """Compare agents fairly: without the luck of small numbers, and without the contacts that came their way.

    Example: klankbord agents answers.csv --target 30, or klankbord agents --lake centre --by team
    """
    from klankbord.lake import standings_of

    form = form or form_of(output)
    if form is AnswerFormat.chart:
        check_drawable(output)
    mix = None if not case_mix else [name for name in case_mix if name != _NONE]
    options = {"target": target, "least": minimum, "level": level}
    with working("Comparing"):
        found = standings_of(**source, by=by, case_mix=mix, rule=share, **options)  # type: ignore[arg-type]
    found = found.league() if league else found
    found = found.of(_known(only, found)) if only else found
    if form is AnswerFormat.chart:
        draw_result(found, output, title=_title(found), about=found.summary().partition("\n")[0])
        return
    with written_to(output):
        _print(found, Format(form.value), league=league, shown=limit or _ROWS)


def _known(names: list[str], found: "Standings") -> list[object]:
    from klankbord.errors import nearest

    there = {str(key[0]): key[0] for key in found.keys}
    for name in names:
        if name not in there:
            near = nearest(name, there)
            hint = f"did you mean {near!r}?" if near else "names are those of the table"
            raise OptionError(f"there is no {found.by[0]} {name!r}", hint=hint, name=name)
    return [there[name] for name in names]


def _title(found: "Standings") -> str:
    from klankbord.results import numbered

    files = found.question.get("files")
    place = ", ".join(map(str, files)) if isinstance(files, list) else "the lake"
    answers = sum(row.n for row in found.rows)
    counts = f"{numbered(len(found), found.by[0])}, {numbered(answers, 'answer')}"
    if found.rule and found.question.get("rule") != "last":
        counts += " (those that are shared count with each)"
    return f"{found.measure.title} by {found.by[0]} · {place} · {counts}"


def _print(found: "Standings", form: Format, *, league: bool, shown: int) -> None:
    from klankbord.cli.printing import print_grid, print_machine, print_notices

    if print_machine(found, form):
        return
    some = _some(found, shown, league=league)
    print_grid(_title(found), _columns(found, league=league), [_cells(name, row, found, league) for name, row in some])
    if len(found) > len(some):
        sys.stdout.write(f"{len(found) - len(some):,} more; --limit or --only shows them\n")
    sys.stdout.write(f"{_learnt(found)}\n")
    print_notices(found.notices)
    if not found.ranked and len(found) > 1:
        sys.stdout.write(f"  instead: {found.instead}\n")


def _some(found: "Standings", shown: int, *, league: bool) -> list[tuple[str, "Standing"]]:
    """Return the people to show: where not all have room, those who are told apart before the others."""
    people = [("(empty)" if key[0] is None else str(key[0]), row) for key, row in found]
    if league or len(people) <= shown:
        return people[:shown]
    first = sorted(range(len(people)), key=lambda at: (people[at][1].verdict in {"unclear", None}, at))[:shown]
    return [people[at] for at in sorted(first)]


def _columns(found: "Standings", *, league: bool) -> list[str]:
    interval = f">{100 * float(str(found.question['level'])):g} % interval"
    target = [] if found.target is None else [f">below {found.target:+g}"]
    ranks = [">rank", ">between"] if league else []
    return [*ranks, found.by[0], ">n", ">as counted", f">fair {found.measure.title}", interval, "|", *target, ""]


def _cells(name: str, row: "Standing", found: "Standings", league: bool) -> list[str]:
    from klankbord.cli.printing import signed, span

    target = [] if found.target is None else [_chance(row.below_target)]
    ranks = [_number(row.rank), f"{_number(row.rank_low)} to {_number(row.rank_high)}"] if league else []
    if row.value is None or row.interval is None:
        why = "kept back" if row.hidden == "protects" else "too few to show"
        return [*(["–"] * len(ranks)), name, f"{row.n:,}", "–", "–", "–", why, *(["–"] * len(target)), ""]
    low, high = row.interval.low, row.interval.high
    drawn = span(max(low, found.measure.low), min(high, 100.0), row.value, found.measure.low)
    numbers = [f"{row.n:,}", signed(row.raw), signed(row.value), f"{signed(low)} to {signed(high)}"]
    remarks = [_SIDES[row.verdict or "unclear"], *(_WITHIN[notice.code] for notice in row.notices)]
    return [*ranks, name, *numbers, drawn, *target, ", ".join(filter(None, remarks))]


def _chance(probability: float | None) -> str:
    if probability is None:
        return "–"
    return "<1 %" if probability < 0.01 else ">99 %" if probability > 0.99 else f"{100 * probability:.0f} %"


def _number(rank: float | None) -> str:
    return "–" if rank is None else f"{rank:,.0f}"


def _learnt(found: "Standings") -> str:
    """Say in words how the people differ, what was taken out, and how shared contacts were divided."""
    kind, mix = found.by[0], ", ".join(found.case_mix)
    apart = f"{kind}s truly differ by about {found.spread:.1f} points (standard deviation)"
    if found.spread < _NOTHING:
        apart = f"{kind}s differ no more than chance makes them"
    told = f"{apart}; reliability {found.reliability:.2f}"
    if any(notice.code == "few_groups" for notice in found.notices):
        told = f"how much {kind}s truly differ cannot be learnt from so few"
    taken = f"taken out: chance and the mix of {mix}" if mix else "taken out: chance; no case mix"
    lines = [told, taken, *([found.rule] if found.rule else [])]
    return "\n".join(lines)
