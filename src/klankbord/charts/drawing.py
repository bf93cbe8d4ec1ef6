"""Which figure belongs to which result: what `result.plot()` shows."""

from typing import Any

import altair as alt

from klankbord.charts.answers import distribution
from klankbord.charts.asked import asked
from klankbord.charts.expected import biases, chances, everybody, learned, perceived
from klankbord.charts.groups import forest
from klankbord.charts.people import caterpillar
from klankbord.charts.periods import trend
from klankbord.errors import OptionError
from klankbord.fairness import Standings
from klankbord.lake.questions import Answer
from klankbord.prediction import AssistedScore, Learning, SilentDetractors, Skill, Skills
from klankbord.results import Result, Table
from klankbord.score import Comparison, Score, Trend


def draw(result: Result) -> alt.LayerChart:
    """Draw a result as its kind asks.

    Parameters
    ----------
    result : Answer, Score, Trend, Comparison, Standings, Table of scores or comparisons, or a result about predictions
        Anything else has no figure of its own.

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
    match result:
        case Answer():
            return asked(result)
        case Score():
            return distribution(result)
        case Trend():
            return trend(result)
        case Comparison():
            return forest(_single(result))
        case Standings() | Skill() | Skills() | AssistedScore() | Learning() | SilentDetractors():
            return _of_people(result)
        case Table(rows=rows) if all(isinstance(row, Score | Comparison) for row in rows):
            return forest(result)
    raise OptionError(f"there is no figure for a {type(result).__name__}", hint="use to_frame() and draw your own")


def _of_people(result: Standings | Skill | Skills | AssistedScore | Learning | SilentDetractors) -> alt.LayerChart:
    match result:
        case Standings():
            return caterpillar(result)
        case Skill():
            return perceived(result)
        case Skills():
            return biases(result)
        case AssistedScore():
            return everybody(result)
        case Learning():
            return learned(result)
        case SilentDetractors():
            return chances(result)


def _single(comparison: Comparison) -> Table[Any]:
    return Table(by=("",), keys=(("a − b",),), rows=[comparison])
