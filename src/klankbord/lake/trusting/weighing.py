"""Answers of a lake weighted to all its contacts, and a change since the period before taken apart."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from klankbord.errors import DataError
from klankbord.frames import Floats
from klankbord.lake.questions import Answer
from klankbord.lake.trusting.counting import ELIGIBLE, Counting, count_answers
from klankbord.results import Notice
from klankbord.score import Comparison, Measure, Score, Weighting, rake, weighted_score
from klankbord.trust import Decomposition, decompose

WEIGHT_BY = ("channel", "queue", "segment", "age_band", "language")
"""What is known of all contacts, and what answers are weighted to, where the lake has it."""
_RARE = 10  # answers below which a value is joined with other rare ones
_OTHERS = "(others)"
_TRIM = 5.0
_FEWEST = 30


def weighted_to_contacts(
    counting: Counting, measure: Measure, level: float, askable: str = ELIGIBLE
) -> tuple[Weighting | None, Score | None, tuple[Notice, ...]]:
    """Rake the answers to all contacts that could be asked about; where that cannot be, say why."""
    answers, contacts = count_answers(counting, WEIGHT_BY, measure.name, askable)
    n = _whole(answers["n"])
    if n.sum() < _FEWEST:
        return None, None, ()
    groups, margins = dict[str, Any](), dict[str, dict[object, float]]()
    for name in WEIGHT_BY:
        mine, margin = _joined(answers[name], n, contacts[name], _whole(contacts["n"]))
        if len(margin) > 1:
            groups[name], margins[name] = mine, margin
    if not margins:
        return None, None, ()
    try:
        weighting = rake(groups, margins, answers=n, trim=_TRIM)
    except DataError as reason:
        return None, None, (Notice(code="not_weighted", message=reason.message, data=reason.data),)
    return weighting, weighted_score(_whole(answers["score"]).astype(np.int64), weighting, measure, level=level), ()


def change_apart(answer: Answer, level: float) -> Decomposition | None:
    """Take the change of an answer since the period before apart by its one dimension; None without such a period."""
    pairs = [
        (key[-1], one.b.counts, one.a.counts)
        for key, one in zip(answer.keys, answer.comparisons or (), strict=False)
        if isinstance(one, Comparison) and one.b is not None
    ]
    if not pairs or not all(np.sum([pair[side] for pair in pairs]) for side in (1, 2)):
        return None
    groups, before, after = zip(*pairs, strict=True)
    measure = answer.definition.scale
    return decompose(groups, before, after, measure, level=level) if measure else None


def _joined(mine: Any, n: Floats, theirs: Any, many: Floats) -> tuple[list[object], dict[object, float]]:
    """Return values of the answers and contacts by value, with values of few answers joined into one."""
    answered = _summed(mine, n)
    rare = {value for value in {*answered, *map(str, theirs)} if answered.get(value, 0) < _RARE}
    if sum(answered.get(value, 0) for value in rare) < _RARE and answered:
        # Not even together are they enough: the largest of the others takes them in.
        home = max(answered, key=lambda value: answered[value])
    else:
        home = _OTHERS
    values: list[object] = [home if value in rare else value for value in map(str, mine)]
    margin: Mapping[object, float] = _summed([home if value in rare else value for value in map(str, theirs)], many)
    return values, {value: count for value, count in margin.items() if count > 0 and value in set(values)}


def _summed(values: Sequence[object], n: Floats) -> dict[object, float]:
    found = dict[object, float]()
    for value, count in zip(map(str, values), n.tolist(), strict=True):
        found[value] = found.get(value, 0.0) + count
    return found


def _whole(column: Any) -> Floats:
    return np.ma.filled(np.ma.asarray(column), 0).astype(np.float64)
