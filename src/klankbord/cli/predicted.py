"""What `klankbord predictions` prints: every view as a table to read, or as data for machines."""

import sys
from typing import TYPE_CHECKING, Any

from klankbord.cli.printing import print_grid, print_machine, print_notices, signed, span
from klankbord.cli.terminal import Format
from klankbord.prediction import AssistedScore, Learning, Recalibration, SilentDetractors, Skill, Skills
from klankbord.results import numbered

if TYPE_CHECKING:
    from klankbord.lake.expected import Expected
    from klankbord.results import Estimate

_ROWS = 40  # groups or contacts that a table on a terminal shows unless told otherwise
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


def print_predictions(result: Any, rows: "Expected", form: Format, title: str, limit: int | None) -> None:
    """Print what was found, and the doubts about it."""
    shown = limit or _ROWS

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


def _print_skill(found: Skill, title: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in found.sentences("agents")) + "\n")
    known = dict(found.figures())
    figures = [[name, _number(known[name]), _span(known[name]), words] for name, words in _FIGURES.items()]
    figures = [row if row[0] in _SIGNED else [cell.replace("+", "") for cell in row[:3]] + row[3:] for row in figures]
    print_grid(title, ["figure", ">value", ">interval", "what it means"], figures)
    sys.stdout.write(f"{found.summary()}\n")
    if found.clusters:
        sys.stdout.write(f"Intervals rest on {numbered(found.clusters, found.unit.removesuffix('s'))} drawn again\n")


def _print_groups(found: Skills, title: str, shown: int) -> None:
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


def _print_learning(found: Learning, title: str) -> None:
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


def _print_recalibration(found: Recalibration, title: str, shown: int) -> None:
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


def _print_everybody(found: AssistedScore, title: str) -> None:
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


def _print_silent(found: SilentDetractors, title: str, shown: int) -> None:
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


def _when(found: SilentDetractors, at: int) -> str:
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
