"""How often intervals of prediction, trust and fairness hold the truth, where their assumption does and where not.

Prints the table of `docs/coverage.md`, in Markdown, and fails where an interval whose assumption holds is outside 93 to
97 % by more than two standard errors, and where one whose assumption fails comes without a notice.
`KLANKBORD_BENCH=DIR` keeps simulated centres between runs; `DRAWS` is how often the customers of each of eight centres
answer again, and `PARTS` names the parts of the table to print (`PARTS="rates skills"`).
"""

import os
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from klankbord.fairness import standings
from klankbord.lake import Lake
from klankbord.lake.expected import expected_of
from klankbord.prediction import assisted_score, learning, recalibrate, skill
from klankbord.prediction.agreement import FIGURES
from klankbord.results import Interval
from klankbord.trust import decompose, funnel
from klankbord.twin import Centre

DRAWS = range(int(os.environ.get("DRAWS", "200")))
FOLDER = Path(os.environ.get("KLANKBORD_BENCH", tempfile.gettempdir()))
CENTRES = range(1, 9)
ALL = ("answered", "raked", "assisted", "selective", "bounds")
DOUBTS = {
    "answered": {"silence_depends_on_score", "silence_not_excluded", "silence_selective"},
    "raked": {"silence_depends_on_score", "silence_not_excluded"},
    "assisted": {"silence_depends_on_score", "silence_not_excluded"},
}
Floats = NDArray[np.float64]


@dataclass
class Line:
    """One interval in one kind of world."""

    holds: bool
    inside: list[bool] = field(default_factory=list)
    widths: list[float] = field(default_factory=list)
    warned: list[bool] = field(default_factory=list)

    def add(self, interval: Interval | None, truth: float, *, warned: bool = False) -> None:
        """Look whether the truth is inside."""
        assert interval is not None  # noqa: S101  there are answers enough
        self.inside.append(truth in interval)
        self.widths.append(interval.high - interval.low)
        self.warned.append(warned)

    @property
    def coverage(self) -> float:
        """Share of intervals that hold the truth."""
        return float(np.mean(self.inside))

    @property
    def error(self) -> float:
        """Standard error of the coverage."""
        return float(np.sqrt(self.coverage * (1 - self.coverage) / len(self.inside)))

    @property
    def keeps_its_word(self) -> bool:
        """Whether it is right as often as it says, or says that it may be wrong."""
        if not self.holds:
            return float(np.mean(self.warned)) > 0.95
        room = 2 * np.sqrt(0.95 * 0.05 / len(self.inside))
        return bool(0.93 - room <= self.coverage <= 0.97 + room)


Lines = dict[tuple[str, str, str], Line]


@dataclass(frozen=True)
class People:
    """All contacts of a centre that could be asked about: what was expected, what they would say, what is recorded."""

    predicted: Floats
    score: Floats
    recorded: dict[str, NDArray[Any]]

    @property
    def nps(self) -> float:
        """What all would have said."""
        return float(100 * ((self.score >= 9).mean() - (self.score <= 6).mean()))


@cache
def people(seed: int) -> People:
    """Simulate a centre of three months, without quarantine."""
    folder = FOLDER / f"coverage-{seed}"
    told = Centre(contacts=100, months=1, seed=seed).parameters
    told = replace(told, asking=replace(told.asking, quarantine_days=0))
    if not folder.exists():
        Centre(contacts=15_000, months=3, seed=seed, parameters=told).write(folder)
    found = expected_of(Lake.open(folder))
    predicted, _, recorded, names = found._open()  # noqa: SLF001
    truth = pq.read_table(folder / "truth" / "contacts", columns=["external_id", "score"])
    score = dict(zip(truth["external_id"].to_pylist(), truth["score"].to_pylist(), strict=True))
    said = np.array([score[name] for name in ([] if names is None else names)], dtype=np.float64)
    return People(predicted=predicted, score=said, recorded=recorded)


def nothing(one: People) -> Floats:
    return np.full(one.score.size, -1.9)


def recorded(one: People) -> Floats:
    channel, age = (
        np.unique(one.recorded[name].astype(str), return_inverse=True)[1] for name in ("channel", "age_band")
    )
    return -1.9 + 0.6 * (channel - 1.0) + 0.3 * (age - 2.0)


def usual(one: People) -> Floats:
    return -1.9 + 0.14 * (np.abs(one.score - 7) - 2) + 0.05 * (one.score - 7)


def extremes(one: People) -> Floats:
    return -1.9 + 0.4 * (np.abs(one.score - 7) - 2)


def slope(one: People) -> Floats:
    return -1.9 + 0.25 * (one.score - 7)


WORLDS: dict[str, tuple[Callable[[People], Floats], tuple[str, ...]]] = {
    "on nothing": (nothing, ALL),
    "on channel and age": (recorded, ALL[1:]),
    "on the score: the angry and the happy a little more": (usual, ALL[3:]),
    "on the score: the angry and the happy much more": (extremes, ALL[3:]),
    "on the score: more the happier": (slope, ALL[3:]),
}


def answered(world: Callable[[People], Floats]) -> Iterator[tuple[People, Floats]]:
    """Let the customers of each centre answer again and again."""
    for seed in CENTRES:
        one = people(seed)
        chance = 1 / (1 + np.exp(-world(one)))
        for draw in DRAWS:
            rng = np.random.default_rng([seed, draw])
            yield one, np.where(rng.random(one.score.size) < chance, one.score, np.nan)


def everybody(lines: Lines) -> None:
    """Estimate the score of all contacts."""
    for name, (world, right) in WORLDS.items():
        for one, answers in answered(world):
            found = assisted_score(one.predicted, answers, contacts=one.recorded)
            codes = {notice.code for notice in found.notices}
            for way in found:
                if way.interval:
                    line = lines["score of all contacts", f"`{way.name}`", name]
                    line.holds = way.name in right
                    line.add(way.interval, one.nps, warned=bool(codes & DOUBTS.get(way.name, set())))


def rates(lines: Lines) -> None:
    """Measure the response rate."""
    for name, (world, _) in WORLDS.items():
        for one, answers in answered(world):
            counts = {"sent": answers.size, "scored": int((~np.isnan(answers)).sum())}
            rate = funnel(counts, contacts=answers.size).response_rate
            if rate and rate.interval:
                chance = float(100 * (1 / (1 + np.exp(-world(one)))).mean())
                lines["response rate", "rate", name].add(rate.interval, chance)


def skills(lines: Lines) -> None:
    """Hold predictions against answers, where the truth is the figures of all contacts."""
    for name in ("on nothing", "on the score: the angry and the happy a little more"):
        truth = {people(seed).nps: skill(people(seed).predicted, people(seed).score, draws=2) for seed in CENTRES}
        for one, answers in answered(WORLDS[name][0]):
            found = skill(one.predicted, answers, draws=200)
            for figure in FIGURES:
                interval, true = getattr(found, figure).interval, getattr(truth[one.nps], figure).value
                lines["skill", f"`{figure}`", name].holds = name == "on nothing"
                lines["skill", f"`{figure}`", name].add(interval, true, warned=bool(found.notices))


def learners(lines: Lines) -> None:
    """Look for learning, and for what recalibration gains, where forty agents have their own bias and learn nothing."""
    name, gains = "40 agents with 40 answers, nothing learned", []
    for seed in range(8 * len(DRAWS)):
        rng = np.random.default_rng(seed)
        agent = np.repeat(np.arange(40), 40)
        said = np.clip(np.rint(rng.normal(7, 2, agent.size)), 0, 10)
        lean = 0.8 + rng.normal(0, 0.5, 40)[agent]
        foreseen = np.clip(np.rint(7 + lean + 0.4 * (said - 7) + rng.standard_normal(agent.size)), 0, 10)
        found = learning(foreseen, said, agent=agent, when=np.tile(np.arange(40), 40))
        for part in ("miscalibration", "discrimination"):
            lines["learning", f"change of {part}", name].add(found.changes[part].interval, 0.0)
        lines["learning", "slope", name].add(found.slope.interval, 0.0)
        gains.append(recalibrate(foreseen, said, agent=agent).gain)
    true = float(np.mean([gain.value for gain in gains if gain.value is not None]))
    for gain in gains:
        lines["recalibration", "gain", name].add(gain.interval, true)


def changes(lines: Lines) -> None:
    """Take a change apart into mix and the rest."""
    rng = np.random.default_rng(4)
    mix = np.array([[0.6, 0.3, 0.1], [0.4, 0.35, 0.25]])
    kinds = np.array([[[0.1, 0.3, 0.6], [0.3, 0.3, 0.4], [0.5, 0.2, 0.3]]] * 2)
    kinds[1, 0] = [0.15, 0.3, 0.55]
    score = kinds[:, :, 2] - kinds[:, :, 0]
    moved = 100 * ((mix[1] - mix[0]) * score.mean(0)).sum()
    real = 100 * (mix.mean(0) * (score[1] - score[0])).sum()
    for _ in range(8 * len(DRAWS)):
        tables = []
        for period in (0, 1):
            drawn = rng.multinomial(600, (mix[period][:, None] * kinds[period]).ravel()).reshape(3, 3)
            tables.append([[bad, 0, 0, 0, 0, 0, 0, 0, neutral, 0, good] for bad, neutral, good in drawn])
        found = decompose("abc", tables[0], tables[1])
        name = "600 answers in each of two periods"
        lines["change of a score", "mix", name].add(found.mix_interval, moved)
        lines["change of a score", "real", name].add(found.real_interval, real)
        lines["change of a score", "both", name].add(found.change_interval, moved + real)


def agents(lines: Lines) -> None:
    """Compare agents of known scores in queues of their own liking."""
    for answers, spread in ((30, 8), (400, 12)):
        for seed in range(2):
            rng = np.random.default_rng(seed)
            truth, agent = rng.normal(30, spread, 1_000), np.repeat(np.arange(1_000), answers)
            queue = (rng.integers(0, 6, agent.size) + agent % 3) % 6
            good = (0.7 + (truth[agent] + 8 * (queue - 2.5)) / 100) / 2
            drawn = rng.random(agent.size)
            score = np.where(drawn < good, 9, np.where(drawn < good + 0.3, 8, 3))
            found = standings({"agent": agent, "queue": queue, "score": score}, case_mix=["queue"])
            rank = 1 + np.argsort(np.argsort(-truth))
            for (key,), row in found:
                at = int(str(key))
                name = f"1,000 agents with {answers} answers, {spread} points apart"
                lines["agents", "fair score", name].add(row.interval, truth[at])
                if row.rank_low is not None and row.rank_high is not None:
                    between = Interval(low=row.rank_low, high=row.rank_high, level=0.95)
                    lines["agents", "rank", name].add(between, rank[at])


def rows(lines: Lines) -> Iterable[str]:
    """Yield the table in Markdown."""
    yield "| figure | interval | world | assumption | truth inside | draws | mean width | warned |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    for (figure, interval, world), line in lines.items():
        said = f"{100 * line.coverage:.1f} % ± {100 * line.error:.1f}"
        holds, warned = "holds" if line.holds else "**fails**", f"{100 * np.mean(line.warned):.0f} %"
        counts = f"{len(line.inside):,} | {np.mean(line.widths):.3g}"
        yield f"| {figure} | {interval} | {world} | {holds} | {said} | {counts} | {warned} |"


def main() -> None:
    """Print the table, and fail where an interval does not keep its word."""
    lines: Lines = defaultdict(lambda: Line(holds=True))
    works = {work.__name__: work for work in (everybody, rates, changes, agents, learners, skills)}
    for name in os.environ.get("PARTS", " ".join(works)).split():
        works[name](lines)
    print("\n".join(rows(lines)))
    wrong = [key for key, line in lines.items() if key[1] != "`bounds`" and not line.keeps_its_word]
    raise SystemExit(f"outside 93 to 97 %, or without a notice: {wrong}" if wrong else 0)


if __name__ == "__main__":
    main()
