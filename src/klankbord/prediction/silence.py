"""Which silent customers are most probably unhappy: a list to call back, and whether it is worth more than a guess."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from klankbord.errors import DataError, MissingExtraError
from klankbord.frames import Floats, Ints
from klankbord.prediction.covariates import classes_of
from klankbord.prediction.decomposing import Decomposition, decompose
from klankbord.prediction.means import clustered_mean
from klankbord.prediction.pairs import Column, coded, places, same_length, values_of
from klankbord.prediction.skill import Point
from klankbord.results import Estimate, Interval, Notice, Record, Result
from klankbord.score import NPS, Measure
from klankbord.score.intervals import normal_quantile, wilson_interval

ANSWERS = 200  # fewer teach a model nothing that holds
_UNHAPPY = 25  # and of these so many must be detractors
_FOLDS = 5
_PARTS = 10
_THREADED = 100_000  # contacts from which several threads are worth it
MODELS = ("everybody alike", "prediction", "model")


@dataclass(frozen=True, slots=True, kw_only=True)
class SilentDetractors(Result):
    """The silent, most probably unhappy first.

    Parameters
    ----------
    word : str
        What unhappy customers are called by the measure.
    rows : tuple of int
        Places of silent contacts in the columns that were passed.
    contacts : tuple
        Their names: those that were passed, or the row numbers.
    chances : tuple of float
        Probability of each, falling.
    answers, silent : int
        Contacts that taught the model, and contacts that it speaks of.
    expected : float
        How many of all silent ones are expected to be unhappy.
    used : {"everybody alike", "prediction", "model"}
        What the chances come from: the simplest that the fuller one does not beat beyond doubt.
    gains : mapping of str to Estimate
        What the prediction alone and the model take off the Brier score of "everybody alike", and `added`, what the
        model takes off beyond the prediction alone; on answers that were held back.
    calibration : Decomposition
        Brier score of the chances that are used, in parts, on answers that were held back.
    curve : tuple of Point
        Tenths of the held-back chances against what came, both in per cent.
    details : mapping of str to tuple
        Whatever else was asked to be told of each contact, by name.
    """

    word: str
    rows: tuple[int, ...]
    contacts: tuple[object, ...]
    chances: tuple[float, ...]
    answers: int
    silent: int
    expected: float
    used: str
    gains: Mapping[str, Estimate]
    calibration: Decomposition
    curve: tuple[Point, ...]
    details: Mapping[str, tuple[object, ...]] = field(default_factory=dict)

    def records(self) -> list[Record]:
        """Return one row a silent contact."""
        return [
            {"contact": contact, "probability": chance, **{name: told[at] for name, told in self.details.items()}}
            for at, (contact, chance) in enumerate(zip(self.contacts, self.chances, strict=True))
        ]

    def to_dict(self) -> Record:
        """Return the list as plain data, with the account of its quality beside it."""
        gains = {name: gain.records()[0] for name, gain in self.gains.items()}
        curve = [{"expected": point.predicted, "came": point.mean, "n": point.n} for point in self.curve]
        beside: Record = {"silent": self.silent, "expected": self.expected}
        beside |= {"used": self.used, "gains": gains, "calibration": self.calibration.records()[0], "curve": curve}
        return {**super(SilentDetractors, self).to_dict(), **beside}

    def summary(self) -> str:
        """Return in words what the list is worth."""
        top = self.chances[:100]
        words = f"{self.expected:,.0f} {self.word} are expected among {self.silent:,} silent contacts"
        if top:
            words += f", {sum(top):.0f} of them among the first {len(top)} of the list"
        if self.used == MODELS[0]:
            return f"{words}. Nothing tells them apart: every chance is the same"
        of = (
            "what agents expected" if self.used == MODELS[1] else "a model of what is recorded and what agents expected"
        )
        share = self.gains[self.used].value or 0.0
        return f"{words}. Chances come from {of}, which takes {share:.3f} off the Brier score"


def silent_detractors(
    predicted: Column,
    actual: Column,
    *,
    contacts: Mapping[str, Column] | None = None,
    names: Column | None = None,
    details: Mapping[str, Column] | None = None,
    when: Column | None = None,
    measure: Measure = NPS,
    limit: int | None = None,
    level: float = 0.95,
    seed: int = 1,
) -> SilentDetractors:
    """List the silent contacts whose customer is most probably a detractor, with the probability.

    Parameters
    ----------
    predicted, actual : columns, shape (n,)
        Whole scores of every contact; empty where there is none.
    contacts : mapping of columns, optional
        What is recorded of every contact.
    names : column, optional
        What each contact is called in the list; its place when not given.
    details : mapping of columns, optional
        What else the list tells of each contact.
    when : column, optional
        Days or moments: of contacts with equal chances the latest come first, as they are the first to call back.
    measure : Measure
        Scale and cut-offs.
    limit : int, optional
        Length of the list.
    level : float
        Confidence level of the gains.
    seed : int
        Of folds and model.

    Raises
    ------
    DataError
        When fewer than 200 answered, or fewer than 25 of them were detractors, or nobody is silent.
    MissingExtraError
        When scikit-learn is not installed.

    Notes
    -----
    Gradient-boosted trees (scikit-learn's `HistGradientBoostingClassifier`) on what is recorded and predicted, against
    the share of detractors at each prediction, against their share among all: each judged on fifths that it has not
    seen. The fullest that beats the simpler ones beyond doubt is used. Chances are those of customers who answer;
    where silence depends on the score, see `assisted_score`, they are in the right order but off in height.
    """
    named = dict(contacts or {})
    same_length(predicted=predicted, actual=actual, names=names, when=when, **named)
    x, y = places(predicted, measure, "predicted"), places(actual, measure, "actual")
    heard = y >= 0
    unhappy = np.isin(y, [at for at, score in enumerate(measure.levels) if score in _bad(measure)])
    _refuse(heard, unhappy)
    columns, sorts = _columns(x, named)
    desk = _Desk(columns, sorts, classes_of(x, heard).codes, heard, unhappy.astype(np.float64), seed)
    held = desk.held_back()
    brier = {name: (chances - desk.unhappy[heard]) ** 2 for name, chances in held.items()}
    alone, both = MODELS[1], MODELS[2]
    gains = {name: _gain(brier[MODELS[0]] - brier[name], level) for name in (alone, both)}
    gains["added"] = _gain(brier[alone] - brier[both], level)
    used, doubts = _chosen(gains, measure.words[-1])
    chances = desk.chances(used)
    late = np.zeros(y.size) if when is None else np.unique(np.asarray(values_of(when)), return_inverse=True)[1]
    order = np.lexsort((-late[~heard], -chances))[:limit]
    rows = np.flatnonzero(~heard)[order]
    called = values_of(names) if names is not None else np.arange(1, y.size + 1)
    return SilentDetractors(
        question={"measure": measure.definition(), "level": level, "contacts": sorted(named), "limit": limit},
        notices=tuple(doubts),
        word=measure.words[-1],
        rows=tuple(rows.tolist()),
        contacts=tuple(_plain(called[row]) for row in rows.tolist()),
        chances=tuple(chances[order].tolist()),
        answers=int(heard.sum()),
        silent=int((~heard).sum()),
        expected=float(chances.sum()),
        used=used,
        gains=gains,
        calibration=decompose(held[used], desk.unhappy[heard]),
        curve=_curve(held[used], desk.unhappy[heard], level),
        details={
            name: tuple(_plain(values_of(column)[row]) for row in rows.tolist())
            for name, column in (details or {}).items()
        },
    )


def _bad(measure: Measure) -> frozenset[int]:
    return measure.bad or frozenset(measure.levels) - measure.good


def _refuse(heard: NDArray[np.bool_], unhappy: NDArray[np.bool_]) -> None:
    answers, bad = int(heard.sum()), int(unhappy.sum())
    if answers < ANSWERS or bad < _UNHAPPY or answers - bad < _UNHAPPY:
        raise DataError(
            f"{answers:,} answers, {bad:,} of them unhappy, are too few to learn from",
            hint=f"at least {ANSWERS} answers, of which {_UNHAPPY} unhappy and {_UNHAPPY} not: take a longer period",
            answers=answers,
            unhappy=bad,
        )
    if heard.all():
        raise DataError("nobody is silent", hint="pass all contacts: those without an answer have an empty score")


def _plain(value: Any) -> object:
    plain = value.item() if isinstance(value, np.generic) else value
    return None if plain != plain else plain  # noqa: PLR0124  only nan differs from itself


def _columns(x: Ints, named: Mapping[str, Column]) -> tuple[Floats, list[bool]]:
    """Return what the model sees (n, p): numbers as they are, names as codes; and which columns are names."""
    columns, sorts = [np.where(x >= 0, x, np.nan).astype(np.float64)], [False]
    for column in named.values():
        values = np.asarray(values_of(column))
        if values.dtype.kind in "iufb":
            columns.append(values.astype(np.float64))
            sorts.append(False)
            continue
        codes = coded(column).codes
        # Trees take at most 255 names of a column: the rarest go together.
        rank = np.empty(int(codes.max()) + 1, dtype=np.int64)
        rank[np.argsort(-np.bincount(codes), kind="stable")] = np.arange(rank.size)
        columns.append(np.minimum(rank[codes], 250).astype(np.float64))
        sorts.append(True)
    return np.stack(columns, axis=1), sorts


def _gain(saved: Floats, level: float) -> Estimate:
    return clustered_mean(saved, np.arange(saved.size), level=level)


def _chosen(gains: Mapping[str, Estimate], word: str) -> tuple[str, list[Notice]]:
    """Return the simplest that nothing beats beyond doubt, and say so where the model adds nothing."""

    def sure(name: str) -> bool:
        interval = gains[name].interval
        return interval is not None and interval.low > 0

    if sure("model") and sure("added"):
        return "model", []
    if sure("prediction"):
        message = (
            "the model adds nothing that is certain to what agents expected: the list goes by their predictions alone"
        )
        return "prediction", [Notice(code="model_adds_nothing", message=message, data={"gain": gains["added"].value})]
    if sure("model"):
        return "model", []
    message = f"neither predictions nor contact data tell {word} from others here: the list is in no meaningful order"
    return MODELS[0], [Notice(code="no_telling", message=message, data={"gain": gains["model"].value})]


def _curve(chances: Floats, unhappy: Floats, level: float) -> tuple[Point, ...]:
    """Cut held-back chances into tenths, and count what came."""
    points = []
    for part in np.array_split(np.argsort(chances, kind="stable"), _PARTS):
        n, share = part.size, unhappy[part].mean()
        count = np.array(float(n))
        low, high = wilson_interval(np.array(share * n), count, count, normal_quantile(level))
        interval = Interval(low=100 * float(low), high=100 * float(high), level=level)
        expected, came = 100 * float(chances[part].mean()), 100 * float(share)
        points.append(Point(predicted=expected, n=n, mean=came, fitted=came, interval=interval))
    return tuple(points)


@dataclass(frozen=True, slots=True, eq=False)
class _Desk:
    """Everything that the three ways to a chance need."""

    columns: Floats
    sorts: Sequence[bool]
    predicted: Ints
    heard: NDArray[np.bool_]
    unhappy: Floats
    seed: int

    def held_back(self) -> dict[str, Floats]:
        """Return the chances of those who answered, from answers of others."""
        answers = np.flatnonzero(self.heard)
        fold = np.random.default_rng(self.seed).permutation(answers.size) % _FOLDS
        found = {name: np.empty(answers.size) for name in MODELS}
        for held in range(_FOLDS):
            mine, others = answers[fold == held], answers[fold != held]
            for name in MODELS:
                found[name][fold == held] = self._learned(name, others, mine)
        return found

    def chances(self, name: str) -> Floats:
        """Return the chances of the silent, from all answers."""
        return self._learned(name, np.flatnonzero(self.heard), np.flatnonzero(~self.heard))

    def _learned(self, name: str, others: Ints, mine: Ints) -> Floats:
        share = self.unhappy[others].mean()
        if name == MODELS[0]:
            return np.full(mine.size, share)
        if name == MODELS[1]:
            width = int(self.predicted.max()) + 1
            counts = np.bincount(self.predicted[others], minlength=width)
            sums = np.bincount(self.predicted[others], self.unhappy[others], minlength=width)
            chances: Floats = ((sums + share) / (counts + 1))[self.predicted[mine]]
            return chances
        return self._boosted(others, mine)

    def _boosted(self, others: Ints, mine: Ints) -> Floats:
        try:
            from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: PLC0415  (an extra)
            from threadpoolctl import threadpool_limits  # noqa: PLC0415  (comes with it)
        except ImportError:
            raise MissingExtraError(
                "the list of silent customers needs scikit-learn", hint="pip install 'klankbord[models]'"
            ) from None
        model = HistGradientBoostingClassifier(
            learning_rate=0.06,
            max_iter=80,
            max_leaf_nodes=8,
            min_samples_leaf=max(20, others.size // 200),
            l2_regularization=5.0,
            categorical_features=list(self.sorts),
            early_stopping=False,
            random_state=self.seed,
        )
        # On little data threads wait for each other longer than they work, most of all on a busy machine.
        with threadpool_limits(limits=1 if self.heard.size < _THREADED else None):
            model.fit(self.columns[others], self.unhappy[others])
            chances: Floats = model.predict_proba(self.columns[mine])[:, 1]
        return chances
