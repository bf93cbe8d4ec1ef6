"""Scores as rows: the columns that periods and groups have in common."""

from klankbord.charts.kinds import kinds_of
from klankbord.reports.document import Column
from klankbord.reports.wording import Wording
from klankbord.score import Measure, Score


def score_columns(measure: Measure, level: float, wording: Wording) -> tuple[Column, ...]:
    """Return the columns for number of answers, shares of a balance, score and interval."""
    return (
        Column(name=wording("columns.answers"), kind="count"),
        *(Column(name=wording.word(word), kind="share") for word in _shared(measure).values()),
        Column(name=measure.title, kind="score"),
        Column(name=wording("columns.interval", confidence=100 * level), kind="interval"),
    )


def score_cells(score: Score) -> tuple[object, ...]:
    """Return the cells under `score_columns`; below five answers no more than their number."""
    shown = score.value is not None
    total = sum(score.counts)
    shares = (getattr(score, kind) / total if shown else None for kind in _shared(score.measure))
    return score.n, *shares, score.value, score.interval


def _shared(measure: Measure) -> dict[str, str]:
    """Return the kinds whose share says more than the score does: none where the score is a share itself."""
    if not measure.bad:
        return {}
    return {kind: word for kind, (_, word) in kinds_of(measure).items() if kind != "neutral"}
