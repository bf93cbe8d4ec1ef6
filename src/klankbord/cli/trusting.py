"""`klankbord trust`: how far a number can be trusted, of a lake or of a file, with the reasons in words."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from klankbord.cli.asking import AnswerFormat, form_of, written_to
from klankbord.cli.drawing import check_drawable, draw_result
from klankbord.cli.files import reads_sources
from klankbord.cli.terminal import Format, working

if TYPE_CHECKING:
    from klankbord.results import Estimate, Notice, Table
    from klankbord.trust import Finding, Funnel, TrustReport

_QUESTION = "The question to a lake"
_TAKEN = {"taken_for_contacts": "responses", "taken_for_answers": "contacts"}
_MANY = 20  # groups and reasons that a terminal shows


@reads_sources
def trust(
    source: Any,
    *,
    by: Annotated[
        list[str] | None,
        typer.Option(metavar="DIMENSION", help="Show the funnel by it; may be repeated.", rich_help_panel=_QUESTION),
    ] = None,
    target: Annotated[
        float | None, typer.Option(help="How many silent customers would turn 'above this'?", rich_help_panel=_QUESTION)
    ] = None,
    mix: Annotated[
        str, typer.Option(metavar="DIMENSION", help="Whose mix may pose as a trend.", rich_help_panel=_QUESTION)
    ] = "channel",
    level: Annotated[float, typer.Option(help="Confidence level.")] = 0.95,
    form: Annotated[
        AnswerFormat | None, typer.Option("--format", help="How to print it.", show_default="table")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write here; .svg, .html and .png are charts.")
    ] = None,
) -> None:
    """Say how far a number can be trusted: solid, with care, or do not use, and why.

    Example: klankbord trust --lake centre --period 2026-Q1 --target 20
    """
    from klankbord.lake import trust_of

    form = form or form_of(output)
    if form is AnswerFormat.chart:
        check_drawable(output)
    with working("Weighing"):
        report = trust_of(**source, by=by or (), target=target, mix=mix, level=level)
    if form is AnswerFormat.chart:
        draw_result(report, output, title="How far to trust it", about=report.verdict.summary())
        return
    with written_to(output):
        _print(report, Format(form.value))


def _print(report: "TrustReport", form: Format) -> None:
    from klankbord.cli.printing import print_machine, print_notices

    if print_machine(report, form):
        return
    taken, doubts = _apart(report)
    sys.stdout.write(f"{report.verdict.summary()}\n\n{taken}")
    if report.funnel is not None:
        _print_funnel(report.funnel)
    if report.parts is not None:
        _print_parts(report.parts)
    _print_silence(report)
    _print_tests(report.findings, 1 - float(str(report.question["tests_level"])))
    print_notices((*doubts, *(report.funnel.notices if report.funnel else ())))


def _apart(report: "TrustReport") -> "tuple[str, list[Notice]]":
    """Set apart what the file was taken for, which comes first, from the doubts, which come last."""
    taken = [notice for notice in report.notices if notice.code in _TAKEN]
    words = "".join(f"{one.message}\n(if not: --table {_TAKEN[one.code]})\n\n" for one in taken)
    return words, [notice for notice in report.notices if notice not in taken]


def _print_funnel(funnel: "Funnel") -> None:
    from klankbord.cli.printing import print_grid
    from klankbord.trust import WHAT_STAGES_ARE

    rows = [["contacts", "all that were looked at", f"{funnel.contacts:,}", "", "", ""]]
    rows += [
        [
            step.stage,
            WHAT_STAGES_ARE[step.stage],
            f"{step.count:,}" if step.count is not None else "not known",
            *_rate(step.rate),
            f"of {step.of}" if step.of else "",
        ]
        for step in funnel.steps
    ]
    rows.append(["response rate", "scored, of what was sent", "", *_rate(funnel.response_rate), ""])
    print_grid("The funnel", ["stage", "", ">contacts", ">%", ">interval", ""], rows)
    for title, why in (("not asked", funnel.not_asked), ("not counted", funnel.not_counted)):
        told = ", ".join(f"{reason} {count:,}" for reason, count in list(why.items())[:_MANY])
        if told:
            sys.stdout.write(f"{title}: {told}\n")


def _rate(rate: "Estimate | None") -> list[str]:
    if rate is None or rate.value is None or rate.interval is None:
        return ["–", "–"]
    return [f"{rate.value:.1f}", f"{rate.interval.low:.1f} to {rate.interval.high:.1f}"]


def _print_parts(parts: "Table[Funnel]") -> None:
    from klankbord.cli.printing import print_grid
    from klankbord.results import numbered

    rows = [
        [
            *("(empty)" if part is None else str(part) for part in key),
            *(f"{step.count:,}" if step.count is not None else "–" for step in funnel.steps),
            *_rate(funnel.response_rate),
        ]
        for key, funnel in list(parts)[:_MANY]
    ]
    stages = [f">{step.stage}" for step in parts.rows[0].steps] if parts.rows else []
    print_grid("By group", [*parts.by, *stages, ">response %", ">interval"], rows)
    if len(parts) > _MANY:
        sys.stdout.write(f"and {numbered(len(parts) - _MANY, 'more group')}\n")


def _print_silence(report: "TrustReport") -> None:
    lines = [part.summary() for part in (report.bounds, report.turning, report.moved) if part]
    if report.weighted is not None and report.weighting is not None:
        lines.insert(0, f"as answered: {report.score.summary()}")
        lines.insert(1, f"weighted to all contacts: {report.weighted.summary()}")
        lines.insert(2, report.weighting.summary())
    sys.stdout.write("\nWhat silence can hide\n" + "".join(f"  {line}\n" for line in lines) + "\n" if lines else "\n")


def _print_tests(findings: "tuple[Finding, ...]", below: float) -> None:
    from klankbord.cli.printing import print_grid

    rows = [[one.code.replace("_", " "), one.state, _p(one.p_value), one.conclusion] for one in findings]
    print_grid("What was tested", ["test", "", ">p", "conclusion"], rows)
    sys.stdout.write(f"found: p below {_p(below)}, so that all tests together seldom alarm where nothing is there\n")
    for one in findings:
        if one.found:
            sys.stdout.write(f"{one.code.replace('_', ' ')}: {one.limits}\n")


def _p(p_value: float | None) -> str:
    if p_value is None:
        return ""
    return "<.001" if p_value < 0.001 else f"{p_value:.3f}".removeprefix("0")
