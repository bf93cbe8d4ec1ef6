"""Answers weighted until they look like all contacts: raking to known margins, and what the weights cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from klankbord.errors import ColumnError, DataError, OptionError
from klankbord.frames import Column, Floats, Ints
from klankbord.results import Notice, Record, Result
from klankbord.score.measures import NPS, Measure
from klankbord.score.scores import Score, from_counts

EXTREME = 5.0  # times the mean weight; where DeBell and Krosnick (2009) trim for the ANES
_ROUNDS = 1000
_NOTHING = 1e-9  # residuals below it are rounding
_LEVERAGE = 0.95  # an answer that all but stands alone cannot be held against others
Margin = Mapping[object, float]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Weighting(Result):
    """A weight for each answer, and what weighting costs in precision.

    Parameters
    ----------
    weights : ndarray, shape (rows,)
        Weight of an answer of each row; their mean over all answers is 1.
    answers : ndarray, shape (rows,)
        Answers behind each row: 1, or the count of a cell.
    effective : float
        Kish's effective number of answers.
    rounds : int
        Rounds of raking until every margin held.
    gap : float
        Largest difference left between a weighted share and its margin; above zero only after trimming.
    shares : mapping of mapping
        Weighted and unweighted share, and the margin, of each value of each dimension.
    places : tuple of ndarray, each of shape (rows,)
        For every dimension, which of its values a row has.
    """

    weights: Floats
    answers: Floats
    effective: float
    rounds: int
    gap: float
    shares: Mapping[str, Mapping[object, tuple[float, float, float]]] = field(default_factory=dict)
    places: tuple[Ints, ...] = field(default=(), repr=False)

    @property
    def n(self) -> int:
        """Number of answers."""
        return int(self.answers.sum())

    def records(self) -> list[Record]:
        """Return one row a value of each dimension: its share of answers, of weights and of all contacts."""
        return [
            {"dimension": name, "value": value, "answers": before, "weighted": after, "contacts": margin}
            for name, values in self.shares.items()
            for value, (before, after, margin) in values.items()
        ]

    def summary(self) -> str:
        """Return the weighting in words."""
        return (
            f"{self.n:,} answers weighted to {', '.join(self.shares)}: worth {self.effective:,.1f} equal answers, "
            f"weights from {self.weights.min():.2f} to {self.weights.max():.2f}"
        )


def kish(weights: ArrayLike, answers: ArrayLike | None = None) -> float:
    """Return the number of equally weighted answers that are as precise as these weighted ones.

    Parameters
    ----------
    weights : array, shape (rows,)
        Weight of an answer of each row, zero or more.
    answers : array, shape (rows,), optional
        Answers behind each row; 1 by default.

    Notes
    -----
    Kish, L. (1965), *Survey Sampling*, section 11.7: (sum of w)^2 / (sum of w^2).

    Examples
    --------
    >>> kish([1, 1, 1, 1]), kish([3, 1])
    (4.0, 1.6)
    """
    each = np.asarray(weights, dtype=np.float64)
    many = np.ones_like(each) if answers is None else np.asarray(answers, dtype=np.float64)
    squares = float((many * each**2).sum())
    return float((many * each).sum() ** 2 / squares) if squares > 0 else 0.0


def rake(
    groups: Mapping[str, Column],
    margins: Mapping[str, Margin],
    *,
    answers: ArrayLike | None = None,
    trim: float | None = None,
    tolerance: float = 1e-9,
) -> Weighting:
    """Weight answers so that they are spread over every dimension as all contacts are.

    Parameters
    ----------
    groups : mapping of columns, each of shape (rows,)
        For every dimension the value that each answer (or cell of answers) has.
    margins : mapping of mappings
        For every dimension the number of contacts (or their share) of each value.
    answers : array, shape (rows,), optional
        Answers behind each row, when the rows are cells; 1 by default.
    trim : float, optional
        Largest weight, as a multiple of the mean. The margins may then not hold exactly; a notice says by how much.
    tolerance : float
        Largest difference between a weighted share and its margin that counts as equal.

    Returns
    -------
    Weighting

    Raises
    ------
    ColumnError
        When a margin has no column of its name.
    DataError
        When a value has contacts but no answers, or answers but no contacts, or when no weights satisfy all margins.

    Notes
    -----
    Iterative proportional fitting: Deming, W. E. and Stephan, F. F. (1940), "On a least squares adjustment of a sampled
    frequency table when the expected marginal totals are known", Annals of Mathematical Statistics 11, 427-444.
    Weights remove what non-response does to the dimensions named here and whatever goes with them; they cannot remove
    what it does within a value of them.

    Examples
    --------
    >>> weighting = rake({"channel": ["phone", "phone", "phone", "chat"]}, {"channel": {"phone": 500, "chat": 500}})
    >>> weighting.weights.round(3), weighting.effective
    (array([0.667, 0.667, 0.667, 2.   ]), 3.0)
    """
    if trim is not None and trim <= 1:
        raise OptionError(f"weights cannot be trimmed at {trim:g}", hint="the mean weight is 1: trim at 3 or 5, say")
    if not margins:
        raise OptionError("there is no margin to weight to", hint="give the contacts by channel, queue, ...")
    sides = {name: _side(name, groups, margin) for name, margin in margins.items()}
    rows = len(next(iter(sides.values()))[0])
    many = np.ones(rows) if answers is None else np.asarray(answers, dtype=np.float64)
    if many.shape != (rows,) or any(len(codes) != rows for codes, _ in sides.values()):
        raise DataError("the columns to weight by are not of one length", hint="one value for every answer")
    for name, (codes, _) in sides.items():
        _refuse_empty(name, _summed(codes, many, len(margins[name])), margins[name])
    weights, rounds, gap = _fitted(list(sides.values()), many, trim, tolerance)
    effective = kish(weights, many)
    return Weighting(
        question={"margins": list(margins), "trim": trim},
        notices=_doubts(weights, many, effective, gap if gap > tolerance else None),
        weights=weights,
        answers=many,
        effective=effective,
        rounds=rounds,
        gap=gap,
        shares={name: _shares(codes, wanted, weights, many, margins[name]) for name, (codes, wanted) in sides.items()},
        places=tuple(codes for codes, _ in sides.values()),
    )


def weighted_score(
    scores: Sequence[int] | Ints,
    weighting: Weighting,
    measure: Measure = NPS,
    *,
    level: float = 0.95,
    population: int | None = None,
) -> Score:
    """Return the score of weighted answers, its interval resting on as many equal answers as they are worth.

    Parameters
    ----------
    scores : sequence of int, shape (rows,)
        The answer of each row that was weighted.
    weighting : Weighting
        What `rake` gave.
    measure : Measure
        The definition.
    level : float
        Confidence level.
    population : int, optional
        All contacts, when the score is to be that of exactly these.

    Raises
    ------
    DataError
        When there is not one answer a row, or an answer is outside the measure's scale.

    Notes
    -----
    What the margins explain of the answers has no error left, so that the variance is that of the residuals of a
    weighted regression on the margins (Deville, J.-C. and Sarndal, C.-E. (1992), JASA 87, 376-382): sum of w^2 e^2,
    or w (w - 1) e^2 for exactly these contacts, where w is the contacts that an answer speaks for. It becomes a number
    of equal answers as in Korn, E. L. and Graubard, B. I. (1998), Survey Methodology 24, 193-201, who also allow for
    the few answers that it is known from. Kish's number, which is right where weights have nothing to do with answers,
    stands in where the margins leave nothing.

    Examples
    --------
    >>> weighting = rake({"channel": ["phone"] * 8 + ["chat"] * 2}, {"channel": {"phone": 60, "chat": 40}})
    >>> weighted_score([10] * 8 + [0] * 2, weighting).summary()
    'NPS +20.0 (95 % interval -42.7 to +69.7, n = 10)'
    """
    given = np.asarray(scores)
    if given.shape != weighting.weights.shape or not np.isin(given, measure.levels).all():
        raise DataError(
            f"{given.size:,} answers cannot be scored as {measure.title} with {weighting.weights.size:,} weights",
            hint=f"one answer from {measure.levels[0]} to {measure.levels[-1]} for every row that was weighted",
        )
    total = weighting.weights * weighting.answers
    good, bad = (np.isin(given, list(kind)).astype(np.float64) for kind in (measure.good, measure.bad))
    effective = _effective(good - bad, weighting, level, population)
    (score,) = from_counts(
        [np.bincount(np.searchsorted(measure.levels, given), total, minlength=len(measure.levels))],
        measure,
        n=[weighting.n],
        squares=[total.sum() ** 2 / effective],
        level=level,
        notices=weighting.notices,
    )
    return score


def _effective(worth: Floats, weighting: Weighting, level: float, population: int | None) -> float:
    """Return how many equal answers would leave the same doubt about the mean of `worth` (rows,)."""
    many, weights = weighting.answers, weighting.weights
    seen = 0.0 if population is None else weighting.n / population
    unseen = many * weights * np.maximum(weights - seen, 0.0)
    mean = float(np.average(worth, weights=many * weights))
    off, columns = _off(worth - mean, weighting)
    error, plain, free = float((unseen * off**2).sum()), weighting.effective - 1, weighting.effective - columns
    if error == 0 or free < 1:
        left = float(unseen.sum())
        return weighting.n**2 / left if left > 0 else np.inf
    spread = float((many * weights * (worth - mean) ** 2).sum()) * (plain + 1) / plain
    return weighting.n * spread / error * (_wide(plain, level) / _wide(free, level)) ** 2


def _off(amounts: Floats, weighting: Weighting) -> tuple[Floats, int]:
    """Return how far each answer is from what the dimensions and all other answers make of it, and their columns.

    Residuals over one less the leverage: MacKinnon, J. G. and White, H. (1985), Journal of Econometrics 29, 305-325.
    """
    sides = [codes[:, None] == np.arange(1, codes.max() + 1) for codes in weighting.places]
    columns = np.concatenate([np.ones((amounts.size, 1)), *sides], axis=1)
    heavy = weighting.weights[:, None] * columns
    inverse = np.linalg.pinv((weighting.answers[:, None] * heavy).T @ columns, hermitian=True)
    residual = amounts - columns @ (inverse @ (heavy.T @ (weighting.answers * amounts)))
    leverage = np.einsum("ij,jk,ik->i", heavy, inverse, columns, optimize=True)
    off: Floats = residual / (1 - np.minimum(leverage, _LEVERAGE))
    return np.where(np.abs(off) < _NOTHING, 0.0, off), int(np.linalg.matrix_rank(inverse, hermitian=True))


def _wide(free: float, level: float) -> float:
    from scipy.special import stdtrit  # noqa: PLC0415  (scipy takes longer to load than all else)

    return float(stdtrit(free, (1 + level) / 2))


def _side(name: str, groups: Mapping[str, Column], margin: Margin) -> tuple[Ints, Floats]:
    """Return where each row stands in its margin, and the share that the margin gives each place."""
    if name not in groups:
        raise ColumnError(name, groups)
    contacts = np.array(list(margin.values()), dtype=np.float64)
    if not contacts.size or not np.all(contacts >= 0) or not 0 < contacts.sum() < np.inf:
        raise DataError(f"the margin {name!r} is empty, negative or endless", hint="give the contacts of each value")
    places = {value: place for place, value in enumerate(margin)}
    values = groups[name]
    plain = values.tolist() if isinstance(values, np.ndarray) else values
    unknown = sorted({str(value) for value in plain if value not in places})
    if unknown:
        raise DataError(
            f"answers have {', '.join(unknown[:5])} as {name!r}, which no contact has",
            hint="count the margin over the same contacts that the answers come from",
            dimension=name,
            values=unknown,
        )
    return np.array([places[value] for value in plain], dtype=np.int64), contacts / contacts.sum()


def _refuse_empty(name: str, answers: Floats, margin: Margin) -> None:
    contacts = np.array(list(margin.values()), dtype=np.float64)
    silent = [str(value) for value, n, there in zip(margin, answers, contacts, strict=True) if there > 0 and not n]
    if silent:
        raise DataError(
            f"nobody answered of {', '.join(silent[:5])} in {name!r}: no weight can speak for them",
            hint="join these values with others that are like them, or leave the dimension out",
            dimension=name,
            values=silent,
        )
    strangers = [str(value) for value, n, there in zip(margin, answers, contacts, strict=True) if n and not there > 0]
    if strangers:
        raise DataError(
            f"{', '.join(strangers[:5])} in {name!r} has answers but no contacts",
            hint="count the margin over the same contacts that the answers come from",
            dimension=name,
            values=strangers,
        )


def _fitted(
    sides: list[tuple[Ints, Floats]], answers: Floats, trim: float | None, tolerance: float
) -> tuple[Floats, int, float]:
    """Rake over the cells, which are few, and give every row the weight of its cell."""
    cells, rows = np.unique(np.stack([codes for codes, _ in sides]), axis=1, return_inverse=True)
    rows = rows.reshape(-1)
    share = np.bincount(rows, answers)
    share, weights = share / share.sum(), np.ones(len(share))
    gap, turn = np.inf, 0
    while turn < _ROUNDS and gap > tolerance:
        turn += 1
        for codes, (_, wanted) in zip(cells, sides, strict=True):
            weights = weights * _ratio(wanted, _summed(codes, share * weights, wanted.size))[codes]
        weights = weights if trim is None else _trimmed(weights, share, trim)
        before, gap = gap, _gap(cells, sides, share * weights)
        if trim is not None and abs(before - gap) <= tolerance * gap:
            break
    if gap > tolerance and trim is None:
        raise DataError(
            f"no weights satisfy all margins at once: after {_ROUNDS:,} rounds a share is still {gap:.1%} off",
            hint="some combinations have no answers: join values, or leave a dimension out",
            gap=gap,
        )
    return (weights / (share * weights).sum())[rows], turn, gap


def _trimmed(weights: Floats, share: Floats, trim: float) -> Floats:
    """Hold the largest weights at `trim` times the mean, and let the others carry what is taken from them."""
    weights = weights / (share * weights).sum()
    while (weights > trim * (1 + 1e-12)).any():
        capped = weights >= trim
        rest = (1 - trim * share[capped].sum()) / (share * weights)[~capped].sum()
        weights = np.where(capped, trim, weights * rest)
    return weights


def _summed(codes: Ints, amounts: Floats, size: int) -> Floats:
    return np.bincount(codes, amounts, minlength=size).astype(np.float64)


def _ratio(wanted: Floats, found: Floats) -> Floats:
    return np.divide(wanted, found, out=np.zeros_like(wanted), where=found > 0)


def _gap(cells: Ints, sides: list[tuple[Ints, Floats]], share: Floats) -> float:
    gaps = [
        np.abs(_summed(codes, share, wanted.size) / share.sum() - wanted).max()
        for codes, (_, wanted) in zip(cells, sides, strict=True)
    ]
    return float(max(gaps))


def _shares(
    codes: Ints, wanted: Floats, weights: Floats, answers: Floats, margin: Margin
) -> dict[object, tuple[float, float, float]]:
    before = _summed(codes, answers, wanted.size) / answers.sum()
    after = _summed(codes, weights * answers, wanted.size) / (weights * answers).sum()
    return dict(zip(margin, zip(before.tolist(), after.tolist(), wanted.tolist(), strict=True), strict=True))


def _doubts(weights: Floats, answers: Floats, effective: float, gap: float | None) -> tuple[Notice, ...]:
    doubts = []
    largest, n = float(weights.max()), float(answers.sum())
    # The comparison leaves room for the last digit, so that weights trimmed at the limit are not called beyond it.
    if largest > EXTREME * (1 + 1e-9) or effective < n / 2:
        message = (
            f"weights are extreme: one answer speaks for up to {largest:.1f}, and {n:,.0f} answers are worth "
            f"{effective:,.0f}"
        )
        data = {"largest": largest, "n": n, "effective": effective}
        doubts.append(Notice(code="extreme_weights", message=message, data=data))
    if gap is not None:
        message = f"weights were trimmed, so that a weighted share is up to {100 * gap:.1f} points off its margin"
        doubts.append(Notice(code="trimmed_weights", message=message, data={"gap": gap}))
    return tuple(doubts)
