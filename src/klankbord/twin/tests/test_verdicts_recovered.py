"""Verdicts of trust where the truth is known: how far off numbers are that are called solid, with care, do not use."""

from dataclasses import replace

import numpy as np
import pytest

from klankbord.errors import DataError
from klankbord.score import nps, rake, silence_bounds, weighted_score
from klankbord.trust import GRADES, STAGES, funnel, verdict
from klankbord.twin import Centre

BY = ("channel", "segment", "age_band", "language")
MANY = {"share": 0.65, "extreme": 0.0, "score_slope": 0.0}
WORLDS = {
    "many answer, at random": {**MANY, "age_slope": 0.0, "survey_channel": {}},
    "many answer, by what is recorded": {**MANY, "age_slope": 2.0},
    "many answer, by the score": {"share": 0.65},
    "few answer, by the score": {},
}
SLICES = (
    ("month",),
    ("queue",),
    ("team",),
    ("team", "month"),
    ("queue", "month"),
    ("agent", "month"),
    ("queue", "day"),
)


def numbers(lived):
    """Return of every slice of a world the grade of its score, the error, and whether the interval holds the truth."""
    columns = {name: lived.column(name) for name in {*BY, *STAGES, "score", "not_counted_reason"}}
    columns |= {name: lived.column(name).astype(str) for slices in SLICES for name in slices}
    eligible, score = columns["eligible"].astype(bool), lived.column("true_score").astype(int)
    scored = columns["scored"].astype(bool) & np.array([reason is None for reason in columns["not_counted_reason"]])
    for slices in SLICES:
        key = np.array(["|".join(parts) for parts in zip(*(columns[name] for name in slices), strict=True)])
        for one in np.unique(key[eligible]):
            mine = key == one
            open_ones, heard = np.flatnonzero(mine & eligible), np.flatnonzero(mine & scored & eligible)
            told = nps(columns["score"][heard].astype(int))
            if told.value is None:
                yield GRADES[2], np.nan, False
                continue
            true = score[open_ones]
            truth = 100 * float(np.mean(true >= 9) - np.mean(true <= 6))
            whole = funnel(
                {stage: int(columns[stage][mine].astype(bool).sum()) for stage in ("eligible", "invited", "sent")}
                | {"scored": len(heard)},
                contacts=int(mine.sum()),
            )
            judged = verdict(
                told,
                funnel=whole,
                weighted=weighted(columns, heard, open_ones),
                bounds=silence_bounds(told, population=len(open_ones)),
            )
            yield judged.grade, told.value - truth, told.interval is not None and truth in told.interval


def weighted(columns, heard, everybody):
    """Return the score weighted by what is known of all, as far as answers are there; None where they are few."""
    if len(heard) < 30:
        return None
    groups, margins = {}, {}
    for name in BY:
        values, counts = np.unique(columns[name][heard].astype(str), return_counts=True)
        kept, all_of_them = values[counts >= 10], columns[name][everybody].astype(str)
        if kept.size < 2:
            continue
        rest = kept[0]
        groups[name] = np.where(np.isin(columns[name][heard].astype(str), kept), columns[name][heard].astype(str), rest)
        joined, many = np.unique(np.where(np.isin(all_of_them, kept), all_of_them, rest), return_counts=True)
        margins[name] = dict(zip(joined, many, strict=True))
    try:
        return weighted_score(columns["score"][heard].astype(int), rake(groups, margins, trim=5)) if groups else None
    except DataError:
        return None


def judged(live, changes):
    told = Centre(contacts=100, months=1).parameters
    parameters = replace(told, response=replace(told.response, **changes)).without("scanners")
    return list(numbers(live(Centre(contacts=60_000, months=3, seed=41, parameters=parameters))))


@pytest.fixture(scope="module")
def verdicts(live):
    return {name: judged(live, changes) for name, changes in WORLDS.items()}


def near(found, grade):
    """Return the numbers of a grade that lie within ten points of the truth, as flags."""
    return [abs(error) <= 10 for one, error, _ in found if one == grade and not np.isnan(error)]


@pytest.mark.slow
def test_solid_numbers_are_near_the_truth_and_the_others_less(verdicts):
    """docs/trust.md, "Where the limits come from"."""
    all_of_them = [number for found in verdicts.values() for number in found]
    solid, care, stop = (np.mean(near(all_of_them, grade)) for grade in GRADES)
    assert len(near(all_of_them, GRADES[0])) > 100
    assert solid > 0.9
    assert 0.5 < care < 0.8
    assert stop < 0.45


@pytest.mark.slow
def test_nothing_is_solid_where_few_answer(verdicts):
    assert not near(verdicts["few answer, by the score"], GRADES[0])
    assert (
        np.median([abs(error) for grade, error, _ in verdicts["few answer, by the score"] if grade == GRADES[1]]) > 10
    )
