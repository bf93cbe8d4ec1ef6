"""Ten thousand agents compared, against statsmodels' mixed model and a loop over pandas groups; ratios of one run."""

import warnings
from collections.abc import Callable
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd
from statsmodels.regression.mixed_linear_model import MixedLM

from klankbord.fairness import standings

AGENTS, ANSWERS = 10_000, 400_000
SAMPLE = 500  # agents that the mixed model is timed on: it would take minutes for all


def answers(agents: int, total: int) -> dict[str, Any]:
    """Draw answers of agents who differ by eight points, in six queues at 24 hours."""
    rng = np.random.default_rng(1)
    who = np.concatenate([np.arange(agents), rng.integers(0, agents, total - agents)])
    truth = rng.normal(30, 8, agents)[who]
    queue = rng.integers(0, 6, total)
    promoter = np.clip((0.7 + (truth + 8 * (queue - 2.5)) / 100) / 2, 0, 1)
    drawn = rng.random(total)
    score = np.where(drawn < promoter, 9, np.where(drawn < promoter + 0.3, 8, 3))
    names = np.char.add("a", who.astype(str)).astype(object)
    return {"agent": names, "queue": queue, "hour": rng.integers(8, 20, total), "score": score}


def mixed_model(data: dict[str, Any]) -> None:
    """Fit the variance between agents and their predictions, as statsmodels does."""
    points = np.where(data["score"] >= 9, 100.0, np.where(data["score"] <= 6, -100.0, 0.0))
    mix = pd.get_dummies(pd.DataFrame({"queue": data["queue"], "hour": data["hour"]}).astype(str), drop_first=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = MixedLM(points, np.column_stack([np.ones(len(points)), mix.astype(float)]), data["agent"]).fit()
        fitted.random_effects  # noqa: B018 - predictions are computed when asked for


def loop(data: dict[str, Any]) -> None:
    """Compute the raw score of each agent with its interval, one pandas group after another."""
    frame = pd.DataFrame(data)
    for _, group in frame.groupby("agent"):
        points = np.where(group["score"] >= 9, 100.0, np.where(group["score"] <= 6, -100.0, 0.0))
        points.mean(), 1.96 * points.std() / np.sqrt(len(points))


def timed(work: Callable[[], object], times: int = 3) -> float:
    """Return the shortest time of a few."""
    found = []
    for _ in range(times):
        start = perf_counter()
        work()
        found.append(perf_counter() - start)
    return min(found)


def main() -> None:
    """Print times and ratios."""
    every, some = answers(AGENTS, ANSWERS), answers(SAMPLE, SAMPLE * ANSWERS // AGENTS)
    mix = ["queue", "hour"]
    ours = timed(lambda: standings(every, case_mix=mix))
    ours_some = timed(lambda: standings(some, case_mix=mix))
    theirs = timed(lambda: mixed_model(some), 1)
    looped = timed(lambda: loop(every), 1)
    print(f"{AGENTS:,} agents, {ANSWERS:,} answers, case mix and ranks   {ours:6.2f} s")
    print(f"  against a pandas loop that has neither ({looped:.2f} s)  {ours / looped:6.2f} x   (aim: at most 2)")
    print(
        f"  {SAMPLE} agents against MixedLM ({theirs:.2f} s)            {ours_some / theirs:6.3f} x   (aim: at most .2)"
    )


if __name__ == "__main__":
    main()
