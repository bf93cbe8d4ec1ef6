"""Which figure belongs to which result: what `result.plot()` shows."""

from collections.abc import Callable
from typing import Any

import altair as alt

from klankbord.charts.answers import distribution
from klankbord.charts.asked import asked
from klankbord.charts.expected import biases, chances, everybody, learned, mended, perceived
from klankbord.charts.groups import forest
from klankbord.charts.people import caterpillar
from klankbord.charts.periods import trend
from klankbord.charts.trusting import funnel_figure, mix_figure, trust_figure
from klankbord.errors import OptionError
from klankbord.fairness import Standings
from klankbord.lake.questions import Answer
from klankbord.prediction import AssistedScore, Learning, Recalibration, SilentDetractors, Skill, Skills
from klankbord.results import Result, Table
from klankbord.score import Comparison, Score, Trend
from klankbord.trust import Decomposition, Funnel, TrustReport

_FIGURES: dict[type[Result], Callable[[Any], alt.LayerChart]] = {
    Answer: asked,
    AssistedScore: everybody,
    Decomposition: mix_figure,
    Funnel: funnel_figure,
    Learning: learned,
    Recalibration: mended,
    Score: distribution,
    SilentDetractors: chances,
    Skill: perceived,
    Skills: biases,
    Standings: caterpillar,
    Trend: trend,
    TrustReport: trust_figure,
}
"""The figure of each kind of result, one line a kind."""


def draw(result: Result) -> alt.LayerChart:
    """Draw a result as its kind asks.

    Parameters
    ----------
    result : Result
        A comparison, a table of scores or comparisons, or a kind that has a figure here.

    Raises
    ------
    OptionError
        When there is no figure for this kind of result.

    Examples
    --------
    >>> from klankbord.score import nps
    >>> type(nps([10, 9, 8, 3, 10]).plot()).__name__
    'LayerChart'
    """
    for kind, figure in _FIGURES.items():
        if isinstance(result, kind):
            return figure(result)
    match result:
        case Comparison():
            return forest(_single(result))
        case Table(rows=rows) if all(isinstance(row, Score | Comparison) for row in rows):
            return forest(result)
    raise OptionError(f"there is no figure for a {type(result).__name__}", hint="use to_frame() and draw your own")


def _single(comparison: Comparison) -> Table[Any]:
    return Table(by=("",), keys=(("a − b",),), rows=[comparison])
