"""From answers to scores: counts what came in, refuses what is on another scale, and scores each group."""

from collections.abc import Sequence
from typing import Protocol, TypedDict, Unpack, cast, overload

import numpy as np
from numpy.typing import ArrayLike

from klankbord.errors import OptionError, ScaleError
from klankbord.frames import Floats, Ints, Tally, Tallying, tally
from klankbord.results import Notice, Table
from klankbord.score.measures import CES, CSAT, ENPS, NPS, Measure, measure_named
from klankbord.score.scores import Score, from_counts

_TELLING = 20  # answers from which a missing half of the scale cannot be chance
_ONES = 10  # ones without a single zero: under 1 in 1,000 where a zero is as likely as a one


class Options(TypedDict, total=False):
    """What every score takes beside its data and groups; described at `score`."""

    measure: Measure | str | None
    score: str
    weights: str | None
    population: ArrayLike | None
    level: float
    method: str
    scale: tuple[int, int] | None


@overload
def score(data: object, *, by: None = None, **options: Unpack[Options]) -> Score: ...
@overload
def score(data: object, *, by: str | Sequence[str], **options: Unpack[Options]) -> Table[Score]: ...
def score(
    data: object,
    *,
    measure: Measure | str | None = None,
    score: str = "score",
    by: str | Sequence[str] | None = None,
    weights: str | None = None,
    population: ArrayLike | None = None,
    level: float = 0.95,
    method: str = "score",
    scale: tuple[int, int] | None = None,
) -> Score | Table[Score]:
    """Score the answers in `data`, as a whole or a group at a time.

    Parameters
    ----------
    data : imported file, data frame, mapping of columns, array or list of scores
        An empty cell is a skip: it is not an answer and never in the denominator.
    measure : Measure or str, optional
        The definition or its name; by default what the data say they hold, otherwise NPS.
    score : str
        Column with the answers.
    by : str or sequence of str, optional
        Columns to group by; the result is then a table by group.
    weights : str, optional
        Column with weights; the interval rests on Kish's effective number of answers.
    population : int or sequence of int, optional
        How many could have answered (one number, or one a group in the table's order): a sample that is a good part of
        its population has less doubt.
    level : float
        Confidence level.
    method : {"score", "jeffreys", "adjusted-wald"}
        Interval.
    scale : (int, int), optional
        Lowest and highest answer that could be given, where the question was asked on another scale.

    Returns
    -------
    Score, or Table of Score when `by` is given

    Raises
    ------
    ColumnError, ScoreError
        When a column is not there, or a value is not a whole number (with its row).
    ScaleError
        When the answers are on another scale than the measure's.

    Examples
    --------
    >>> answers = {"score": [10, 9, 9, 8, 6, 0, 10, 3, 7, None], "team": list("aaaaabbbbb")}
    >>> nps(answers).summary()
    'NPS +11.1 (95 % interval -41.9 to +58.1, n = 9)'
    >>> nps(answers, by="team")["a"].value
    40.0
    """
    found = _tallied(data, score, by or (), weights)
    measure, notices = measure_for(data, found, measure, scale)
    groups = from_counts(
        counts_on(measure, found),
        measure,
        level=level,
        method=method,
        n=found.answers,
        squares=None if weights is None else found.squares,
        population=population,
        notices=notices,
    )
    if by is None:
        return groups[0]
    return Table(
        question={"measure": measure.definition(), "by": list(found.by), "level": level, "weights": weights},
        notices=(*notices, *skipped_notice(found)),
        by=found.by,
        keys=found.keys,
        rows=groups,
    )


class Scorer(Protocol):
    """`score` with its measure filled in."""

    @overload
    def __call__(self, data: object, *, by: None = None, **options: Unpack[Options]) -> Score: ...
    @overload
    def __call__(self, data: object, *, by: str | Sequence[str], **options: Unpack[Options]) -> Table[Score]: ...


def _scorer(measure: Measure, description: str) -> Scorer:
    def scorer(
        data: object, *, by: str | Sequence[str] | None = None, **options: Unpack[Options]
    ) -> Score | Table[Score]:
        options["measure"] = measure
        return score(data, **options) if by is None else score(data, by=by, **options)

    scorer.__name__ = scorer.__qualname__ = measure.name
    scorer.__doc__ = description
    return cast(Scorer, scorer)


nps = _scorer(
    NPS,
    """Score answers from 0 to 10 as NPS, promoters (9, 10) less detractors (0 to 6); options as `score`.

    Examples
    --------
    >>> nps([10, 9, 9, 8, 7, 7, 6, 3, 0, 10]).value
    10.0
    """,
)
enps = _scorer(ENPS, "Score employees' answers from 0 to 10 as eNPS; options as `score`.")
csat = _scorer(
    CSAT,
    """Score answers from 1 to 5 as CSAT, the share that is satisfied (4 or 5); options as `score`.

    Examples
    --------
    >>> csat([5, 4, 4, 2, 5]).value
    80.0
    """,
)
ces = _scorer(CES, "Score answers from 1 to 7 as CES, the share that found it easy (5 to 7); options as `score`.")


def measure_for(
    data: object, found: Tally, measure: Measure | str | None, scale: tuple[int, int] | None
) -> tuple[Measure, tuple[Notice, ...]]:
    """Return the measure that fits the answers, with a notice where their scale is not its own; see `check_scale`.

    An imported file that knows what was asked is taken at its word.
    """
    known = data.measure if isinstance(data, Tallying) else NPS
    wanted = known if measure is None else measure_named(measure)
    if isinstance(data, Tallying) and wanted.name == known.name:
        wanted = known
    if scale is None:
        declared = isinstance(data, Tallying) and data.declared and wanted is known
        check_scale(found.values, found.counts.sum(axis=0), wanted, declared=declared)
        return wanted, ()
    other = wanted.on_scale(scale)
    _refuse_outside(found.values, other)
    if other is wanted:
        return wanted, ()
    return other, (other_scale(wanted, scale),)


def other_scale(measure: Measure, scale: tuple[int, int]) -> Notice:
    """Say that the question was asked on another scale than the measure's own."""
    low, high = scale
    return Notice(
        code="other_scale",
        message=f"asked on a scale of {low} to {high}: not comparable with {measure.title} on its own scale",
        data={"scale": [low, high], "measure": measure.name},
    )


def check_scale(values: Ints, counts: Floats, measure: Measure, *, declared: bool = False) -> None:
    """Refuse answers that cannot, or hardly can, have been given on the measure's scale.

    Parameters
    ----------
    values, counts : ndarray, shape (levels,)
        The distinct answers, and how often each was given.
    measure : Measure
        The definition they are to be scored by.
    declared : bool
        Whether it is known that this was asked; then only values off the scale are refused.

    Raises
    ------
    ScaleError
        When a value is off the scale; when twenty answers or more all fall within 1-5 or 1-7 of a longer scale; or
        when ten or more gave a 1 on a 0-10 scale and nobody a 0.

    Examples
    --------
    >>> check_scale(np.arange(1, 11), np.full(10, 20.0), NPS)
    Traceback (most recent call last):
    ...
    klankbord.errors.ScaleError: values 1-10: not an NPS scale
    """
    _refuse_outside(values, measure)
    if declared or measure.levels != NPS.levels or counts.sum() < _TELLING:
        return
    given = dict(zip(values.tolist(), counts.tolist(), strict=True))
    highest = max((value for value, count in given.items() if count), default=0)
    if given.get(0, 0) == 0:
        if highest in {5, 7}:
            raise _other_scale(1, highest, measure)
        if given.get(1, 0) >= _ONES:
            raise _other_scale(1, 10, measure)


def _refuse_outside(values: Ints, measure: Measure) -> None:
    if not np.isin(values, measure.levels).all():
        raise _other_scale(int(values.min()), int(values.max()), measure)


def _other_scale(low: int, high: int, measure: Measure) -> ScaleError:
    try:
        measure.on_scale((low, high))
        hint = f"pass scale=({low}, {high}) to compute it and carry a notice"
    except OptionError:
        fits = {(1, 5): "csat", (1, 7): "ces", (0, 10): "nps"}.get((low, high))
        own = f"scale=({measure.levels[0]}, {measure.levels[-1]})"
        hint = f"that is the scale of {fits}: pass measure={fits}; " if fits else ""
        hint += f"or pass {own} if that is what was asked" if fits else f"pass {own} if that is what was asked"
    article = "an" if measure.title.endswith("NPS") else "a"
    return ScaleError(
        f"values {low}-{high}: not {article} {measure.title} scale",
        hint=hint,
        found=[low, high],
        measure=measure.name,
    )


def counts_on(measure: Measure, found: Tally) -> Floats:
    """Lay the counted values (groups, values) out over the measure's levels (groups, levels)."""
    counts = np.zeros((len(found.keys), len(measure.levels)))
    counts[:, np.searchsorted(measure.levels, found.values)] = found.counts
    return counts


def skipped_notice(found: Tally) -> tuple[Notice, ...]:
    """Say how many rows held no score, if any."""
    if not found.skipped:
        return ()
    message = f"{found.skipped:,} rows without a score are not counted"
    return (Notice(code="skipped", message=message, data={"count": found.skipped}),)


def _tallied(data: object, score: str, by: str | Sequence[str], weights: str | None) -> Tally:
    if not isinstance(data, Tallying):
        return tally(data, score=score, by=by, weights=weights)
    if weights is not None:
        raise OptionError("an imported file cannot be weighted by a column", hint="use file.to_frame() first")
    return data.tally((by,) if isinstance(by, str) else tuple(by))
