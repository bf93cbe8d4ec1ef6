"""The score of everybody, the silent included: every way to it beside the others, with what each takes for granted."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from klankbord.errors import DataError
from klankbord.frames import Floats, Ints
from klankbord.prediction.covariates import Classes, classes_of
from klankbord.prediction.estimators import Found, doubly_robust, selective
from klankbord.prediction.means import t_quantile
from klankbord.prediction.pairs import EMPTY, Column, places, same_length
from klankbord.prediction.telling import kinds_of
from klankbord.results import Estimate, Interval, Notice, Record, Result
from klankbord.score import NPS, Measure, from_counts, rake, silence_bounds, weighted_score
from klankbord.score.scores import Score

ANSWERS = 30  # below which no model of who answers is worth its name
_FOLDS = 5
_TELLING = 10.0  # F statistic below which a shadow is too faint (Staiger, D. and Stock, J. H. (1997), Econometrica 65)
_MATTERS = 2.0  # points, from which on trust asks for care as well
_SURE = 0.01  # p-value from which silence is said to be selective

ASSUMPTIONS = {
    "answered": "Nothing is corrected: the silent are taken to be like those who answered.",
    "raked": "Among contacts alike in what is recorded of them, the silent are like those who answered.",
    "assisted": (
        "Among contacts alike in what is recorded of them and in what their agent expected, the silent are like those "
        "who answered."
    ),
    "selective": (
        "Among contacts alike in what is recorded of them, whether customers answer may depend on how content they "
        "are, but not on what their agent expected once that is given."
    ),
    "bounds": "Nothing: the silent may all be of the worst kind, or all of the best.",
}
"""What each way takes for granted, in one sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way(Estimate):
    """One estimate of the score of all contacts.

    Parameters
    ----------
    name : {"answered", "raked", "assisted", "selective", "bounds"}
        Which; `bounds` has no value, and its interval runs from the worst to the best case.
    assumption : str
        What it takes for granted, in one sentence.
    """

    name: str
    assumption: str

    def records(self) -> list[Record]:
        """Return the estimate as one row."""
        (row,) = super(Way, self).records()
        return [{"way": self.name, **row, "assumption": self.assumption}]


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistedScore(Result):
    """The score of all contacts, in several ways.

    Parameters
    ----------
    measure : Measure
        What was asked.
    contacts, answers : int
        All contacts, and those with an answer.
    predicted : int
        Contacts with a prediction.
    ways : tuple of Way
        In the order of `ASSUMPTIONS`; a way that cannot be gone is missing, and a notice says why.
    """

    measure: Measure
    contacts: int
    answers: int
    predicted: int
    ways: tuple[Way, ...]

    def __getitem__(self, name: str) -> Way:
        """Return one way by its name.

        Raises
        ------
        KeyError
            When it could not be gone.
        """
        for way in self.ways:
            if way.name == name:
                return way
        raise KeyError(name)

    def __iter__(self) -> Iterator[Way]:
        return iter(self.ways)

    @property
    def advised(self) -> Way:
        """The simplest way that the data do not speak against."""
        codes = {notice.code for notice in self.notices}
        there = {way.name: way for way in self.ways}
        if "silence_depends_on_score" in codes:
            return there["selective"]
        return there.get("assisted", there["answered"])

    def records(self) -> list[Record]:
        """Return one row a way."""
        return [way.records()[0] for way in self.ways]

    def summary(self) -> str:
        """Return every way in words."""
        lines = [f"{self.measure.title} of all {self.contacts:,} contacts, of which {self.answers:,} answered"]
        for way in self.ways:
            limits = f"{way.interval.low:+z.1f} to {way.interval.high:+z.1f}" if way.interval else "too few answers"
            value = f"{way.value:+z.1f}" if way.value is not None else "between"
            lines.append(f"{way.name}: {value} ({limits}). {way.assumption}")
        return "\n".join(lines)


def assisted_score(
    predicted: Column,
    actual: Column,
    *,
    contacts: Mapping[str, Column] | None = None,
    measure: Measure = NPS,
    level: float = 0.95,
    seed: int = 1,
) -> AssistedScore:
    """Estimate the score of all contacts from predictions of all, or most, and answers of some.

    Parameters
    ----------
    predicted, actual : columns, shape (n,)
        Whole scores of **every** contact, silent ones included; empty where there is none.
    contacts : mapping of columns, optional
        What else is recorded of every contact: queue, channel, waiting time. Numbers are cut into fifths, and classes
        in which fewer than twenty answered are joined.
    measure : Measure
        Scale and cut-offs.
    level : float
        Confidence level.
    seed : int
        Of the folds.

    Raises
    ------
    DataError, ScoreError, ScaleError
        When there are no contacts, nobody is silent, or a value is no score.

    Notes
    -----
    answered: those who answered, as they are. raked: weighted to what is recorded (without it, to the predictions).
    assisted: augmented inverse weighting (`doubly_robust`). selective: the prediction as a shadow variable
    (`selective`). bounds: Manski's. All but the last are about exactly these contacts: intervals shrink to nothing
    when everybody answered.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> said = rng.choice([3, 6, 8, 9, 10], 4000)
    >>> expected = np.clip(said + rng.integers(-1, 2, 4000), 0, 10)
    >>> heard = rng.random(4000) < np.where(said >= 9, 0.4, 0.1)
    >>> found = assisted_score(expected, np.where(heard, said, np.nan))
    >>> true = 100 * ((said >= 9).mean() - (said <= 6).mean())
    >>> true in found["answered"].interval, true in found["selective"].interval
    (False, True)
    """
    named = dict(contacts or {})
    same_length(predicted=predicted, actual=actual, **named)
    x, y = places(predicted, measure, "predicted"), places(actual, measure, "actual")
    if not y.size:
        raise DataError("there are no contacts", hint="pass all contacts, silent ones included")
    desk = _Desk.of(x, y, named, measure, level, seed)
    answered = desk.answered_score()
    ways, notices = [desk.way("answered", answered)], list[Notice]()
    if answered.n >= ANSWERS and not desk.heard.all():
        for go in (desk.raked, desk.assisted, desk.selective):
            way, doubts = go()
            ways += [way] if way else []
            notices += doubts
        notices += [*desk.selected(), *_disagreement(ways)]
    elif answered.n < ANSWERS:
        notices.append(_too_few(answered.n))
    ways.append(desk.bounds(answered))
    return AssistedScore(
        question={"measure": measure.definition(), "level": level, "contacts": sorted(named)},
        notices=tuple(notices),
        measure=measure,
        contacts=y.size,
        answers=answered.n,
        predicted=int((x != EMPTY).sum()),
        ways=tuple(ways),
    )


def _unseen() -> Notice:
    message = (
        "predictions tell too little of the answers to say how far silence depends on what customers would have said"
    )
    return Notice(code="silence_unseen", message=message)


def _middle(measure: Measure) -> float:
    """Return the answer that is neither good nor bad: the mean of the neutral ones, or the middle of the scale."""
    neutral = [level for level in measure.levels if level not in measure.good | measure.bad] if measure.bad else []
    return float(np.mean(neutral or [measure.levels[0], measure.levels[-1]]))


def _too_few(answers: int) -> Notice:
    message = f"{answers} answers are too few to model who answers: nothing is corrected (at least {ANSWERS} needed)"
    return Notice(code="too_few_to_correct", message=message, data={"answers": answers, "needed": ANSWERS})


Gone = tuple[Way | None, list[Notice]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Desk:
    """All contacts on the table, with the classes that models see."""

    y: Ints
    heard: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
    points: Floats
    leaning: Floats
    named: Mapping[str, Classes]
    predicted: Classes
    measure: Measure
    level: float
    seed: int

    @classmethod
    def of(cls, x: Ints, y: Ints, named: Mapping[str, Column], measure: Measure, level: float, seed: int) -> "_Desk":
        """Lay everything out."""
        heard = y >= 0
        kind = np.where(heard, kinds_of(measure)[1][np.maximum(y, 0)], EMPTY)
        worth = np.array([100.0, 0.0, -100.0])[np.maximum(kind, 0)]
        away = np.asarray(measure.levels, dtype=np.float64) - _middle(measure)
        away = (away / np.abs(away).max())[np.maximum(y, 0)]
        cut = partial(classes_of, answered=heard)
        return cls(
            y=y,
            heard=heard,
            points=np.where(heard, worth, np.nan),
            leaning=np.stack([away, np.abs(away)], axis=1),
            named={name: cut(column) for name, column in named.items()},
            predicted=cut(x),
            measure=measure,
            level=level,
            seed=seed,
        )

    def answered_score(self) -> Score:
        """Score those who answered, as a part of all contacts."""
        counts = np.bincount(self.y[self.heard], minlength=len(self.measure.levels))
        return from_counts(counts[None], self.measure, level=self.level, population=[self.y.size])[0]

    def way(self, name: str, score: Estimate) -> Way:
        """Return an estimate under the name of its way."""
        return Way(
            name=name,
            assumption=ASSUMPTIONS[name],
            value=score.value,
            interval=score.interval,
            n=score.n,
            method=score.method,
        )

    def raked(self) -> Gone:
        """Weight the answers to what is recorded of all contacts."""
        sides = self.named or {"prediction": self.predicted}
        told = {name: one for name, one in sides.items() if one.count > 1}
        if not told:
            return None, []
        groups = {name: one.codes[self.heard] for name, one in told.items()}
        margins: dict[str, dict[object, float]] = {
            name: dict(enumerate(np.bincount(one.codes).tolist())) for name, one in told.items()
        }
        try:
            weighting = rake(groups, margins)
        except DataError as error:
            message = f"answers could not be weighted to all contacts: {error.message}"
            return None, [Notice(code="not_raked", message=message)]
        said = np.asarray(self.measure.levels)[self.y[self.heard]]
        score = weighted_score(said, weighting, self.measure, level=self.level, population=self.y.size)
        return self.way("raked", score), list(weighting.notices)

    def assisted(self) -> Gone:
        """Correct by what is recorded and what was expected."""
        together = {**self.named, "prediction": self.predicted}
        found = doubly_robust(self.points, self.heard, together, folds=_FOLDS, seed=self.seed)
        return self._found("assisted", found, "aipw"), []

    def selective(self) -> Gone:
        """Let the chance of an answer depend on the answer."""
        if self._strength() < _TELLING:
            return None, [_unseen()]
        tell = partial(selective, self.points, self.leaning, self.heard)
        # With few answers what is recorded may be more than can be told apart: then the answer alone has to do.
        found = tell(self.named, self.predicted) or tell({}, self.predicted)
        low, high = self.measure.low, 100.0
        if found is None or not low <= found.value <= high or found.effective < ANSWERS:
            return None, [_unseen()]
        return self._found("selective", found, "shadow variable"), []

    def _strength(self) -> float:
        """Return the F statistic of answers by prediction: how much there is to lean on."""
        codes, scores = self.predicted.codes[self.heard], self.leaning[self.heard, 0]
        counts = np.bincount(codes, minlength=self.predicted.count)
        means = np.bincount(codes, scores, minlength=self.predicted.count) / np.maximum(counts, 1)
        between = (counts * (means - scores.mean()) ** 2).sum() / max((counts > 0).sum() - 1, 1)
        within = ((scores - means[codes]) ** 2).sum() / max(scores.size - (counts > 0).sum(), 1)
        return float(between / within) if within > 0 else np.inf

    def selected(self) -> list[Notice]:
        """Say so where who answers goes with what was expected."""
        from scipy.stats import chi2_contingency  # noqa: PLC0415  (scipy takes longer to load than all else)

        sides = (self.predicted.codes[self.heard], self.predicted.codes[~self.heard])
        table = np.stack([np.bincount(side, minlength=self.predicted.count) for side in sides])
        if self.predicted.count < 2 or float(chi2_contingency(table).pvalue) > _SURE:
            return []
        message = "who answers goes with what agents expected: the score of the answers alone speaks for part of them"
        return [Notice(code="silence_selective", message=message)]

    def bounds(self, answered: Score) -> Way:
        """Return the worst and the best case."""
        range_ = silence_bounds(answered, population=self.y.size, level=self.level)
        return Way(
            name="bounds",
            assumption=ASSUMPTIONS["bounds"],
            value=None,
            interval=range_.interval,
            n=answered.n,
            method="manski",
        )

    def _found(self, name: str, found: Found, method: str) -> Way:
        reach = t_quantile(max(found.effective - 1, 1), self.level) * found.error
        low, high = max(found.value - reach, self.measure.low), min(found.value + reach, 100.0)
        return Way(
            name=name,
            assumption=ASSUMPTIONS[name],
            value=found.value,
            interval=Interval(low=low, high=high, level=self.level),
            n=int(self.heard.sum()),
            method=method,
        )


def _disagreement(ways: Sequence[Way]) -> Iterator[Notice]:
    """Say where two ways are further apart than chance makes them, or how far they could be without showing.

    Notes
    -----
    Where the simpler way is right it is also the more precise, so that the variance of the difference is the difference
    of the variances (Hausman, J. A. (1978), Econometrica 46, 1251-1271). A difference of 1.43 times what chance makes
    shows four times in five, where the level is .95.
    """
    by = {way.name: way for way in ways}
    if "assisted" not in by or "selective" not in by:
        return
    simple, careful = by["assisted"], by["selective"]
    chance = _chance_apart(simple, careful)
    unseen = 1.43 * chance
    if abs((careful.value or 0.0) - (simple.value or 0.0)) > chance:
        message = (
            "whether customers answer depends on the answer itself, beyond what is recorded and expected: "
            "go by the selective score, not by the assisted one"
        )
        yield Notice(code="silence_depends_on_score", message=message)
    elif _MATTERS < unseen < np.inf:
        message = (
            "that silence depends on the answer itself is not shown, but not excluded: it could move the raked and the "
            f"assisted score by up to {unseen:.0f} points and not show in these answers; tell the selective score, too"
        )
        yield Notice(code="silence_not_excluded", message=message, data={"points": unseen})


def _chance_apart(simple: Way, careful: Way) -> float:
    """Return how far apart chance alone takes two ways."""
    widths = _half(simple), _half(careful)
    return float(np.sqrt(max(widths[1] ** 2 - widths[0] ** 2, (0.25 * widths[1]) ** 2)))


def _half(way: Way) -> float:
    return (way.interval.high - way.interval.low) / 2 if way.interval else np.inf
