"""Charts of answers for a page: drawn wide and for a phone, in the colours that the page's theme gives them."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe

from klankbord.charts.labels import Labels
from klankbord.charts.theme import NARROW, WIDE
from klankbord.lake.questions import Answer
from klankbord.reports.speech import chart_labels
from klankbord.results import Table
from klankbord.score import Comparison, Score
from klankbord.web.insights.naming import Names
from klankbord.web.insights.remembering import Memory
from klankbord.web.kernel.wording import WebWording, wording

_MOST = 60  # groups that anybody can read in one figure
_drawings: Memory["Drawn"] = Memory(300)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One chart in both forms; of the two a page shows the one that fits."""

    wide: SafeString
    narrow: SafeString


def trend_of(answer: Answer, label: str) -> Drawn | None:
    """Draw a series with its band, its break and the number of answers of each period."""
    found = answer.trend
    if found is None or not any(score.value is not None for score in found.scores):
        return None
    spoken = wording(share=answer.definition.unit == "percent")

    def draw(width: float) -> object:
        from klankbord import charts  # noqa: PLC0415  takes half a second to load, and most pages draw nothing anew

        return charts.trend(
            found,
            labels=_labels(spoken),
            width=width,
            incomplete=answer.is_running,
            reworded=answer.reworded,
        )

    key = ("trend", found.periods, tuple(score.counts for score in found.scores), answer.is_running, answer.reworded)
    return _drawn(draw, label, spoken, (*key, answer.definition.text))


def groups_of(answer: Answer, names: Names, label: str) -> Drawn | None:
    """Draw scores or shares of groups side by side with their intervals."""
    scores = [row for row in answer.rows if isinstance(row, Score)]
    if not scores or not 1 < len(scores) <= _MOST or not answer.scope.question.keys:
        return None
    keys = tuple((" · ".join(names.key(answer, key)),) for key in answer.keys)
    judged = [one for one in answer.comparisons or () if isinstance(one, Comparison)]
    spoken = wording(share=answer.definition.unit == "percent")
    total = answer.total if isinstance(answer.total, Score) else None

    def draw(width: float) -> object:
        from klankbord import charts  # noqa: PLC0415

        return charts.forest(
            Table(by=("group",), keys=keys, rows=scores),
            verdicts=Table(by=("group",), keys=keys, rows=judged) if judged else None,
            total=total,
            labels=_labels(spoken),
            width=width,
        )

    verdicts = tuple((one.verdict, one.value) for one in judged)
    key = ("groups", keys, tuple(score.counts for score in scores), verdicts, total and total.counts)
    return _drawn(draw, label, spoken, (*key, answer.definition.text))


def answers_of(score: Score, label: str) -> Drawn | None:
    """Draw how often each answer was given."""
    if not score.n or len(score.measure.levels) <= 2:
        return None
    spoken = wording(share=not score.measure.bad)

    def draw(width: float) -> object:
        from klankbord import charts  # noqa: PLC0415

        return charts.distribution(score, labels=_labels(spoken), width=width)

    return _drawn(draw, label, spoken, ("answers", score.measure.name, score.counts))


def _labels(spoken: WebWording) -> Labels:
    return chart_labels(spoken)


def _drawn(draw: Callable[[float], object], label: str, spoken: WebWording, key: Hashable) -> Drawn:
    """Draw once what looks the same: everything that is seen is in the key, so that no one's figures are another's."""

    def made() -> Drawn:
        return Drawn(wide=_svg(draw(WIDE), label, spoken, "wide"), narrow=_svg(draw(NARROW), label, spoken, "narrow"))

    return _drawings.get((spoken.language, label, key), made)


def _svg(chart: object, label: str, spoken: WebWording, form: str) -> SafeString:
    from klankbord import charts  # noqa: PLC0415

    drawn = charts.svg(chart, spoken.language, label=label)  # type: ignore[arg-type]
    # Our own rendering: its words were escaped by the renderer, and its label by `svg`.
    return mark_safe(drawn.replace("<svg ", f'<svg class="{escape(form)}" ', 1))  # noqa: S308
