"""Scores of very many groups against a loop over statsmodels and against plain Wald; prints ratios of one run."""

from collections.abc import Callable
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from statsmodels.stats.proportion import proportion_confint

from klankbord.score import NPS, from_counts

GROUPS = 1_000_000
AGENTS = 10_000
SAMPLE = 2_000  # groups that the loop is timed on


def histograms(groups: int) -> NDArray[np.float64]:
    """Draw eleven counts for each group, 10 to 80 answers."""
    rng = np.random.default_rng(1)
    shares = np.array([3, 1, 2, 2, 3, 6, 8, 15, 20, 18, 22]) / 100
    return rng.multinomial(rng.integers(10, 81, groups), shares).astype(np.float64)


def wald(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Compute what most tools show: the normal interval, in plain numpy."""
    n = counts.sum(axis=1)
    p, d = counts[:, 9:].sum(axis=1) / n, counts[:, :7].sum(axis=1) / n
    spread = 1.959964 * np.sqrt((p + d - (p - d) ** 2) / n)
    return np.array([p - d - spread, p - d + spread])


def loop(counts: NDArray[np.float64]) -> None:
    """Compute, group by group, an interval of the share of promoters, the nearest thing that statsmodels has."""
    for row in counts:
        proportion_confint(row[9:].sum(), row.sum(), method="wilson")


def best_of(work: Callable[[], object], times: int = 5) -> float:
    """Return the shortest time of a few."""

    def once() -> float:
        start = perf_counter()
        work()
        return perf_counter() - start

    return min(once() for _ in range(times))


def main() -> None:
    """Print times and ratios."""
    counts = histograms(GROUPS)
    ours = best_of(lambda: from_counts(counts, NPS), 3)
    plain = best_of(lambda: wald(counts), 3)
    looped = best_of(lambda: loop(counts[:SAMPLE]), 3) / SAMPLE
    agents = best_of(lambda: from_counts(counts[:AGENTS], NPS))
    print(f"score interval, {GROUPS:,} groups in one call   {ours:7.3f} s")
    print(f"  against plain numpy Wald ({plain:.3f} s)          {ours / plain:7.1f} x   (aim: at most 40)")
    print(
        f"  against a loop over statsmodels            {ours / GROUPS / looped:9.5f} x   ({looped * 1e6:.0f} us each)"
    )
    print(f"score interval, {AGENTS:,} agents                 {1000 * agents:7.2f} ms")


if __name__ == "__main__":
    main()
