"""What agents expect of the score: biased, partly informed about the truth, and learning from the answers they see."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from klankbord.twin.arrow import NULL, Rows
from klankbord.twin.world import World

_PRIOR = 200  # answers that the first idea of the mean is worth


@dataclass(slots=True)
class Predicting:
    """Agents' expectations, with what each has learned so far."""

    world: World
    seen: NDArray[np.int32]
    total: float
    answers: float = _PRIOR

    @classmethod
    def of(cls, world: World, usual: float) -> "Predicting":
        """Begin with agents who have seen no answer yet.

        Parameters
        ----------
        world : World
            Whose agents.
        usual : float
            A plausible mean score, until the first days have shown the real one.
        """
        return cls(world, np.zeros(len(world.organisation.agent_ids), np.int32), usual * _PRIOR)

    def predict(self, calls: Rows, legs: Rows, day: int) -> None:
        """Add `prediction` and `predicted_at` to legs that a person handled.

        Notes
        -----
        prediction = mean + bias + insight (truth - mean) + noise, rounded and held within 0 to 10, where the mean is
        that of all scores before today, and bias and insight move by 1 - exp(-answers seen / learning_contacts).
        """
        told, rng = self.world.parameters.predictions, self.world.stream("predictions", day)
        count = len(legs["call"])
        agent = legs["agent"]
        learned = 1 - np.exp(-self.seen[agent] / told.learning_contacts)
        bias = self.world.differences.agent_bias[agent] * (1 - told.bias_unlearned * learned)
        insight = np.clip(self.world.differences.agent_insight[agent] + told.insight_learned * learned, 0, 1)
        mean = self.total / self.answers
        truth = calls["score"][legs["call"]]
        expected = mean + bias + insight * (truth - mean) + told.noise * rng.standard_normal(count)
        chances = rng.random((2, count))
        done = legs["answered"] & (chances[0] < told.share)
        legs["prediction"] = np.where(done, np.clip(np.rint(expected), 0, 10), NULL).astype(np.int8)
        moment = legs["end"] + np.rint(chances[1] * np.maximum(legs["wrap_s"], 0)).astype(np.int64)
        legs["predicted_at"] = np.where(done, moment, NULL)
        self._learn(calls, legs)

    def _learn(self, calls: Rows, legs: Rows) -> None:
        """Let agents see today's answers before tomorrow."""
        asked = legs["answered"][calls["last"]]
        self.total += float(calls["score"][asked].sum(dtype=np.int64))
        self.answers += float(asked.sum())
        rows = calls["last"][calls["person"]]
        self.seen += np.bincount(legs["agent"][rows], minlength=len(self.seen)).astype(np.int32)
