"""Predictions mended: what a prediction of this agent should have said, and how much better that is."""

from dataclasses import dataclass

import numpy as np

from klankbord.errors import DataError, OptionError
from klankbord.frames import Floats, Ints
from klankbord.prediction.agreement import isotonic, tabulate
from klankbord.prediction.means import clustered_mean
from klankbord.prediction.pairs import Codes, Column, coded, places, same_length
from klankbord.results import Estimate, Notice, Record, Result
from klankbord.score import NPS, Measure
from klankbord.score.scores import ENOUGH

METHODS = ("auto", "offset", "linear", "isotonic")
LINEAR_FROM = 50  # pairs from which an own slope is worth its noise: measured, see the reference in `recalibrate`
ISOTONIC_FROM = 300  # pooled pairs from which the curve may take any rising form
_FOLDS = 10


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Recalibration(Result):
    """For every agent and prediction, the score that it should have said.

    Parameters
    ----------
    measure : Measure
        What is predicted.
    agents : tuple
        Names; the last map is for whoever is not among them.
    n : tuple of int
        Pairs of each agent.
    methods : tuple of str
        How each agent's map was made.
    maps : ndarray, shape (agents + 1, levels)
        Recalibrated score of each prediction.
    before, after : float
        Mean squared error of predictions as they were, and recalibrated, on answers that were held back.
    gain : Estimate
        What recalibration takes off the squared error, with its interval; measured by cross-validation.
    """

    measure: Measure
    agents: tuple[object, ...]
    n: tuple[int, ...]
    methods: tuple[str, ...]
    maps: Floats
    before: float
    after: float
    gain: Estimate

    def apply(self, predicted: Column, agent: Column | None = None) -> Floats:
        """Return recalibrated predictions (n,), nan where there is none; agents who were not seen get the common map.

        Raises
        ------
        ScoreError, ScaleError, DataError
            When a value is no score, or columns are not equally long.
        """
        x = places(predicted, self.measure, "predicted")
        row = np.full(x.size, len(self.agents), dtype=np.int64)
        if agent is not None:
            same_length(predicted=predicted, agent=agent)
            known = {name: place for place, name in enumerate(self.agents)}
            codes = coded(agent)
            row = np.array([known.get(key, len(self.agents)) for key in codes.keys], dtype=np.int64)[codes.codes]
        return np.where(x >= 0, self.maps[row, np.maximum(x, 0)], np.nan)

    def records(self) -> list[Record]:
        """Return one row an agent: how the map was made, and what it makes of each prediction."""
        levels = [str(level) for level in self.measure.levels]
        return [
            {"agent": name, "n": n, "method": method, **dict(zip(levels, mended, strict=True))}
            for name, n, method, mended in zip(self.agents, self.n, self.methods, self.maps.tolist(), strict=False)
        ]

    def to_dict(self) -> Record:
        """Return the maps as plain data, with the measured gain beside them."""
        gain = {"before": self.before, "after": self.after, **self.gain.records()[0]}
        return {**super(Recalibration, self).to_dict(), "gain": gain}

    def summary(self) -> str:
        """Return the gain in words."""
        assert self.gain.value is not None  # noqa: S101  there are pairs, so there is a gain or a loss
        words = f"squared error {self.before:.2f} as predicted, {self.after:.2f} recalibrated (on answers held back)"
        if self.gain.interval is None:
            return words
        limits = f"{self.gain.interval.low:+z.2f} to {self.gain.interval.high:+z.2f}"
        return f"{words}: gain {self.gain.value:+z.2f} (95 % interval {limits})".replace(
            "95 %", f"{100 * self.gain.interval.level:g} %"
        )


def recalibrate(
    predicted: Column,
    actual: Column,
    *,
    agent: Column | None = None,
    method: str = "auto",
    measure: Measure = NPS,
    level: float = 0.95,
    seed: int = 1,
) -> Recalibration:
    """Learn from pairs what predictions should have said, and measure whether that helps.

    Parameters
    ----------
    predicted, actual : columns, shape (n,)
        Whole scores; rows where either is empty are left out.
    agent : column, optional
        Who predicted. Without it all predictions get one map.
    method : {"auto", "offset", "linear", "isotonic"}
        auto: of each agent an offset below 50 pairs and a line from there on; without agents a line from 50 pairs and
        any rising curve from 300.
    measure : Measure
        Scale.
    level : float
        Confidence level of the gain.
    seed : int
        Of the folds.

    Raises
    ------
    DataError, OptionError, ScoreError, ScaleError
        When there are fewer than five pairs, or an option or value cannot be.

    Notes
    -----
    Offsets and slopes of agents are shrunk to those of all together by normal empirical Bayes with a pooled variance
    (Morris, C. N. (1983), JASA 78, 47-55), so that ten pairs move an agent a little and five hundred wholly. The gain
    is that on a tenth of the pairs at a time, with maps from the other nine tenths.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> truth = rng.integers(3, 9, 400)
    >>> made = recalibrate(truth + 1, truth)
    >>> made.apply([9]).round(1), round(made.after, 2)
    (array([8.]), 0.0)
    """
    if method not in METHODS:
        raise OptionError(f"there is no method {method!r}", hint=f"methods: {', '.join(METHODS)}", method=method)
    same_length(predicted=predicted, actual=actual, agent=agent)
    x, y = places(predicted, measure, "predicted"), places(actual, measure, "actual")
    known = (x >= 0) & (y >= 0)
    if known.sum() < ENOUGH:
        raise DataError(f"{int(known.sum())} pairs are too few to learn from", hint=f"at least {ENOUGH} are needed")
    agents = _agents(agent, known)
    fitting = _Fitting(values=np.asarray(measure.levels, dtype=np.float64), method=method, own=agent is not None)
    pairs = (agents.codes, x[known], y[known])
    tables = tabulate(*pairs, count=len(agents.keys), levels=len(measure.levels))
    maps, methods = fitting.maps(tables)
    raw, mended = _held_back(fitting, pairs, tables, seed)
    units = agents.codes if len(agents.keys) > 1 else np.arange(raw.size)
    gain = clustered_mean(raw - mended, units, level=level)
    return Recalibration(
        question={"measure": measure.definition(), "method": method, "level": level},
        notices=_doubts(gain),
        measure=measure,
        agents=agents.keys,
        n=tuple(tables.sum(axis=(1, 2)).tolist()),
        methods=methods,
        maps=maps,
        before=float(raw.mean()),
        after=float(mended.mean()),
        gain=gain,
    )


def _agents(agent: Column | None, known: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Codes:
    if agent is None:
        return Codes(codes=np.zeros(int(known.sum()), dtype=np.int64), keys=("all",))
    codes = coded(agent)
    there, places_kept = np.unique(codes.codes[known], return_inverse=True)
    return Codes(codes=places_kept, keys=tuple(codes.keys[place] for place in there.tolist()))


def _held_back(fitting: "_Fitting", pairs: tuple[Ints, Ints, Ints], tables: Ints, seed: int) -> tuple[Floats, Floats]:
    """Return squared errors (n,) as predicted and as mended by maps that have not seen the answer."""
    codes, x, y = pairs
    fold = np.random.default_rng(seed).permutation(x.size) % _FOLDS
    mended = np.zeros(x.size)
    for held in range(_FOLDS):
        mine = fold == held
        away = tabulate(codes[mine], x[mine], y[mine], count=len(tables), levels=tables.shape[1])
        maps, _ = fitting.maps(tables - away)
        mended[mine] = maps[codes[mine], x[mine]]
    return (fitting.values[x] - fitting.values[y]) ** 2, (mended - fitting.values[y]) ** 2


def _doubts(gain: Estimate) -> tuple[Notice, ...]:
    if gain.interval is not None and gain.interval.low > 0:
        return ()
    message = "recalibration does not certainly help here: use the predictions as they are"
    return (Notice(code="no_gain", message=message, data={"gain": gain.value}),)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Fitting:
    """Makes maps of tables (agents, levels, levels)."""

    values: Floats
    method: str
    own: bool

    def maps(self, tables: Ints) -> tuple[Floats, tuple[str, ...]]:
        """Return maps (agents + 1, levels), the last the common one, and how each agent's was made."""
        n = tables.sum(axis=(1, 2))
        pooled = tables.sum(axis=0, keepdims=True)
        methods = tuple(self._chosen(int(count)) for count in n.tolist())
        made = {"offset": self._offset, "linear": self._linear, "isotonic": self._isotonic}
        common = made[self._common(int(n.sum()))](pooled)[0]
        own = {name: made[name](pooled if name == "isotonic" else tables) for name in set(methods)}
        rows = [own[name][0 if name == "isotonic" else at] for at, name in enumerate(methods)]
        # An agent of whom a fold holds every pair is told by what is common.
        kept = [row if count else common for row, count in zip(rows, n.tolist(), strict=True)]
        return np.clip(np.stack([*kept, common]), self.values[0], self.values[-1]), methods

    def _chosen(self, n: int) -> str:
        if self.method != "auto":
            return self.method
        if self.own:
            return "linear" if n >= LINEAR_FROM else "offset"
        return self._common(n)

    def _common(self, n: int) -> str:
        if self.method != "auto":
            return self.method
        return "isotonic" if n >= ISOTONIC_FROM else "linear" if n >= LINEAR_FROM else "offset"

    def _offset(self, tables: Ints) -> Floats:
        n, x, y, _ = self._moments(tables)
        spread = (tables * (self.values - self.values[:, None] - (y - x)[:, None, None]) ** 2).sum()
        offset = shrunken(y - x, n, float(spread / max(n.sum() - (n > 0).sum(), 1)))
        return self.values + offset[:, None]

    def _linear(self, tables: Ints) -> Floats:
        n, x, y, (sxx, sxy, syy) = self._moments(tables)
        with np.errstate(divide="ignore", invalid="ignore"):
            own = np.where(sxx > 0, sxy / sxx, 0.0)
        common = sxy.sum() / sxx.sum() if sxx.sum() > 0 else 1.0
        residual = float((syy - own * sxy).sum() / max(n.sum() - 2 * (n > 0).sum(), 1))
        slope = shrunken(own, sxx, residual) if (sxx > 0).sum() > 1 else np.full(n.size, common)
        centre = float((n * x).sum() / n.sum())
        height = shrunken(y + slope * (centre - x), n, residual)
        return height[:, None] + slope[:, None] * (self.values - centre)

    def _isotonic(self, tables: Ints) -> Floats:
        n = tables.sum(axis=2).astype(np.float64)
        with np.errstate(divide="ignore", invalid="ignore"):
            fit = isotonic(np.nan_to_num((tables @ self.values) / n), n)
        # Predictions that never came lie on the line between those that did.
        return np.stack(
            [np.interp(self.values, self.values[seen > 0], row[seen > 0]) for row, seen in zip(fit, n, strict=True)]
        )

    def _moments(self, tables: Ints) -> tuple[Floats, Floats, Floats, tuple[Floats, Floats, Floats]]:
        n = tables.sum(axis=(1, 2)).astype(np.float64)
        safe, v = np.maximum(n, 1), self.values
        rows, columns = tables.sum(axis=2), tables.sum(axis=1)
        x, y = rows @ v / safe, columns @ v / safe
        sxx, syy = rows @ v**2 - n * x**2, columns @ v**2 - n * y**2
        sxy = (tables @ v) @ v - n * x * y
        return n, x, y, (np.maximum(sxx, 0), sxy, np.maximum(syy, 0))


def shrunken(values: Floats, weights: Floats, variance: float) -> Floats:
    """Shrink values (g,), each known with variance / weight, to their common mean as far as they are noise.

    Notes
    -----
    The variance between groups by the moments of DerSimonian and Laird (1986), Controlled Clinical Trials 7.

    Examples
    --------
    >>> shrunken(np.array([0.0, 4.0]), np.array([1e9, 1e9]), 1.0).round(3)
    array([0., 4.])
    """
    known = weights > 0
    total = weights[known].sum()
    if known.sum() < 2 or variance <= 0 or total <= 0:
        return np.where(known, values, values[known].mean() if known.any() else 0.0)
    centre = (weights * values)[known].sum() / total
    excess = (weights * (values - centre) ** 2)[known].sum() / variance - (known.sum() - 1)
    between = max(excess * variance / (total - (weights[known] ** 2).sum() / total), 0.0)
    trust = between / (between + variance / np.where(known, weights, 1.0))
    precision = np.where(known, 1 / (between + variance / np.where(known, weights, 1.0)), 0.0)
    centre = (precision * values).sum() / precision.sum()
    moved: Floats = np.where(known, centre + trust * (values - centre), centre)
    return moved
