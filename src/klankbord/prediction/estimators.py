"""Scores of all contacts from answers of some: weights by who answers, corrected by what was expected of everybody."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from klankbord.frames import Floats
from klankbord.prediction.covariates import Classes, Design, linear, logistic

_LEAST_CHANCE = 0.01  # an answer speaks for a hundred contacts at most
_STEPS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A mean over all contacts.

    Parameters
    ----------
    value : float
        The mean.
    error : float
        Standard error, as an estimate of the mean of exactly these contacts.
    effective : float
        Answers of equal weight that the weights are worth (Kish).
    """

    value: float
    error: float
    effective: float


def doubly_robust(
    y: Floats, answered: NDArray[np.bool_], named: Mapping[str, Classes], *, folds: int, seed: int
) -> Found:
    """Estimate the mean of y (n,), known where answered, by augmented inverse weighting with cross-fitting.

    Notes
    -----
    Robins, J. M., Rotnitzky, A. and Zhao, L. P. (1994), JASA 89, 846-866; cross-fitting: Chernozhukov, V. et al.
    (2018), Econometrics Journal 21; with the agent's expectation among the columns it is prediction-powered inference
    (Angelopoulos, A. N. et al. (2023), Science 382) for answers that do not come at random. The mean is that of these
    contacts, so its error is only what is unknown of the silent: sum over answers of w (w - 1) (y - m)^2.
    """
    design = Design.of(named, y.size)
    chance, expected = np.empty(y.size), np.empty(y.size)
    fold = np.random.default_rng(seed).permutation(y.size) % folds
    known = np.where(answered, y, 0.0)
    for held in range(folds):
        learn = np.flatnonzero(fold != held)
        heard = learn[answered[learn]]
        counts = design.total(rows=heard)
        rates = logistic(design, counts, design.total(rows=learn))
        means = linear(design, design.total(known[heard], heard), counts)
        mine = fold == held
        chance[mine], expected[mine] = rates[design.cell[mine]], means[design.cell[mine]]
    weight = 1 / np.maximum(chance[answered], _LEAST_CHANCE)
    residual = y[answered] - expected[answered]
    value = expected.mean() + (weight * residual).sum() / weight.sum()
    left = residual - (weight * residual).sum() / weight.sum()
    return Found(
        value=float(value),
        error=float(np.sqrt((weight * (weight - 1) * left**2).sum()) / weight.sum()),
        effective=float(weight.sum() ** 2 / (weight**2).sum()),
    )


def selective(
    y: Floats,
    leaning: Floats,
    answered: NDArray[np.bool_],
    named: Mapping[str, Classes],
    predicted: Classes,
) -> Found | None:
    """Estimate the mean of y (n,) where answering may depend on the answer itself; None where that cannot be told.

    Parameters
    ----------
    y, answered : ndarray, shape (n,)
        Worth of each answer, and where there is one.
    leaning : ndarray, shape (n, k)
        What of the answer may move the chance that it is given: how high it is, how far from the middle.
    named : mapping of Classes
        What is recorded of every contact.
    predicted : Classes
        What was expected.

    Notes
    -----
    The agent's expectation is a shadow variable: it goes with the answer, but a customer who decides whether to answer
    does not know it. What is known of everybody then pins down how the chance of an answer depends on the answer
    (Wang, S., Shao, J. and Kim, J. K. (2014), Statistica Sinica 24, 1097-1116; Miao, W. and Tchetgen Tchetgen, E. J.
    (2016), Biometrika 103, 475-482): weights 1 + exp(-(columns of the contact + effects of the answer)) are chosen so
    that the weighted answers have the columns, and the expectations, of all contacts.
    """
    design = Design.of(named, y.size)
    members = leaning[answered]
    seen = design.ones(answered)
    outlook = _outlook(members, predicted, answered)
    wanted = np.concatenate([design.sums(design.total()), outlook.sum(axis=0)])
    given, heard = np.concatenate([seen, members], axis=1), np.concatenate([seen, outlook[answered]], axis=1)
    beta = _calibrated(given, heard, wanted, y.size)
    if beta is None:
        return None
    odds = np.exp(-(given @ beta))
    weight, known = 1 + odds, y[answered]
    steep = (heard * odds[:, None]).T @ given
    along = np.linalg.lstsq(steep.T, (known * odds) @ given, rcond=None)[0]
    # What the calibrated columns explain of the answers has no error left.
    residual = known - heard @ along
    effective = float(weight.sum() ** 2 / (weight**2).sum())
    # As many answers as there are columns are used up by the calibration: residuals are too small by that.
    spent = effective / max(effective - heard.shape[1], 1.0)
    return Found(
        value=float((weight * known).sum() / y.size),
        error=float(np.sqrt(spent * (weight * (weight - 1) * residual**2).sum()) / y.size),
        effective=effective,
    )


def _outlook(members: Floats, predicted: Classes, answered: NDArray[np.bool_]) -> Floats:
    """Return for every contact the mean leaning of the answers with its prediction."""
    codes = predicted.codes[answered]
    counts = np.bincount(codes, minlength=predicted.count)[:, None]
    mean = members.mean(axis=0)
    sums = np.stack([np.bincount(codes, column, minlength=predicted.count) for column in members.T], axis=1)
    outlook: Floats = ((sums + mean) / (counts + 1))[predicted.codes]
    return outlook


def _calibrated(given: Floats, heard: Floats, wanted: Floats, contacts: int) -> Floats | None:
    """Find beta with sum of (1 + exp(-given beta)) heard = wanted, by damped Newton steps."""
    beta = np.zeros(given.shape[1])
    share = len(given) / contacts
    beta[0] = np.log(share / (1 - share)) if share < 1 else 10.0

    def gap(at: Floats) -> Floats:
        missing: Floats = ((1 + np.exp(-np.clip(given @ at, -12, 12)))[:, None] * heard).sum(axis=0) - wanted
        return missing

    now = gap(beta)
    for _ in range(_STEPS):
        if np.abs(now).max() < 1e-6 * contacts:
            return beta
        odds = np.exp(-np.clip(given @ beta, -12, 12))
        slope = -(heard * odds[:, None]).T @ given
        step = np.linalg.lstsq(slope, -now, rcond=1e-10)[0]
        for factor in (1.0, 0.5, 0.25, 0.1, 0.03):
            after = gap(beta + factor * step)
            if np.square(after).sum() < np.square(now).sum():
                beta, now = beta + factor * step, after
                break
        else:
            return None
    return None
