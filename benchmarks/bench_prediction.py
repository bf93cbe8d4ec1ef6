"""Skill of a thousand agents with bootstrap intervals, against a loop over scipy and scikit-learn: ratios of a run."""

from time import process_time

import numpy as np
from numpy.typing import NDArray
from scipy.stats import bootstrap, spearmanr
from sklearn.isotonic import isotonic_regression
from sklearn.metrics import cohen_kappa_score

from klankbord.prediction import assisted_score, skill

CONTACTS, AGENTS = 200_000, 1_000
SAMPLE = 2  # agents that the loop is timed on
DRAWS = 600

Floats = NDArray[np.float64]


def centre() -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Draw predictions, scores and agents."""
    rng = np.random.default_rng(1)
    agent = rng.integers(0, AGENTS, CONTACTS)
    said = np.clip(np.rint(rng.normal(7.5, 2.2, CONTACTS)), 0, 10)
    bias = rng.normal(0.7, 0.5, AGENTS)[agent]
    foreseen = np.clip(np.rint(7.3 + bias + 0.45 * (said - 7.3) + 1.1 * rng.standard_normal(CONTACTS)), 0, 10)
    return foreseen, said, agent


def figures(x: Floats, y: Floats) -> tuple[float, ...]:
    """Compute the same ten figures as libraries have them."""
    order = np.lexsort((-y, x))  # equal predictions are pooled where answers fall within them
    fitted = isotonic_regression(y[order])
    mse, best, spread = ((x - y) ** 2).mean(), ((fitted - y[order]) ** 2).mean(), y.var()
    kinds = (np.digitize(x, [7, 9]) == np.digitize(y, [7, 9])).mean()
    kappa = cohen_kappa_score(x, y, weights="quadratic", labels=range(11))
    parts = (mse, mse - best, spread - best, spread, 1 - mse / spread)
    found = ((x - y).mean(), np.abs(x - y).mean(), *parts, kappa, spearmanr(x, y).statistic, kinds)
    return tuple(map(float, found))


def loop(x: Floats, y: Floats, agent: NDArray[np.int64]) -> None:
    """Compute them and their percentile intervals, agent by agent."""
    for one in range(SAMPLE):
        mine = agent == one
        bootstrap((x[mine], y[mine]), figures, paired=True, n_resamples=DRAWS, method="percentile", vectorized=False)


def main() -> None:
    """Print processor times and ratios."""
    x, y, agent = centre()
    start = process_time()
    skill(x, y, by=agent, draws=DRAWS)
    ours = process_time() - start
    start = process_time()
    loop(x, y, agent)
    looped = (process_time() - start) / SAMPLE * AGENTS
    heard = np.random.default_rng(2).random(CONTACTS) < 0.2
    start = process_time()
    assisted_score(x, np.where(heard, y, np.nan), contacts={"queue": agent % 40, "wait": y + agent % 7})
    silent = process_time() - start
    print(f"skill of {AGENTS:,} agents, {CONTACTS:,} contacts, {DRAWS} draws  {ours:7.2f} s")
    print(
        f"  against a loop over scipy and scikit-learn ({looped:,.0f} s)  {ours / looped:7.5f} x   (aim: at most 0.01)"
    )
    print(f"score of everybody, {CONTACTS:,} contacts, five ways      {silent:7.2f} s")


if __name__ == "__main__":
    main()
