"""What really came out: counts of true and observed scores by month, and sums behind the realised effects."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from klankbord.twin.arrow import Rows
from klankbord.twin.world import WARM_UP, World

STAGES = ("eligible", "invited", "delivered", "answered", "counted")
_NEAR = 0.25


@dataclass(slots=True)
class Tally:
    """Counts by stage, month and score, filled day by day.

    `eligible`, `invited` and `delivered` count the scores that customers would have given, `answered` those that people
    gave, `counted` also what unrecognised machines clicked.
    """

    world: World
    scores: NDArray[np.int64]
    amounts: dict[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, world: World) -> "Tally":
        """Begin with nothing."""
        return cls(world, np.zeros((len(STAGES), len(world.months), 11), np.int64))

    def add(self, calls: Rows, legs: Rows, day: int) -> None:
        """Count a day."""
        month, score = int(self.world.month[day]), calls["score"]
        flags = {**{name: calls[name] for name in STAGES[:3]}, "answered": calls["person"]}
        for stage, flag in enumerate(flags.values()):
            self.scores[stage, month] += np.bincount(score[flag], minlength=11)
        clicked = np.bincount(calls["scanner_score"][calls["fooled"]], minlength=11)
        self.scores[-1, month] += np.bincount(score[calls["person"]], minlength=11) + clicked
        known = legs["prediction"] >= 0
        error = legs["prediction"][known].astype(float) - score[legs["call"][known]]
        eligible = calls["eligible"]
        said = calls["said"][eligible]
        edge = (np.abs(said - 8.5) < _NEAR).sum() + (np.abs(said - 6.5) < _NEAR).sum()
        today = {
            "conversations": len(score),
            "legs": len(legs["call"]),
            "contained": calls["contained"].sum(),
            "abandoned": legs["abandoned"].sum(),
            "transferred": legs["moved"].sum(),
            "resolved": calls["resolved"].sum(),
            "repeats": (calls["kind"] == 1).sum(),
            "steps": (calls["kind"] == 2).sum(),
            "predictions": known.sum(),
            "prediction_error": error.sum(),
            "prediction_error_squared": (error**2).sum(),
            "scanned": calls["scanned"].sum(),
            "commented": calls["commented"].sum(),
            "near_an_edge": edge,
        }
        for name, amount in today.items():
            self.amounts[name] = self.amounts.get(name, 0.0) + float(amount)

    def to_dict(self) -> dict[str, Any]:
        """Return what came out, ready for JSON."""
        months = range(int(self.world.month[WARM_UP]), int(self.world.month[self.world.days - 1]) + 1)
        amounts = {name: round(amount) for name, amount in self.amounts.items() if name != "prediction_error_squared"}
        predictions = max(self.amounts.get("predictions", 0.0), 1.0)
        whole = self.scores.sum(1)
        return {
            "counts": amounts,
            "prediction_bias": self.amounts.get("prediction_error", 0.0) / predictions,
            "prediction_mse": self.amounts.get("prediction_error_squared", 0.0) / predictions,
            "nps_points_by_score_point": self.nps_slope(),
            "nps": {
                "overall": {name: _nps(whole[place]) for place, name in enumerate(STAGES)},
                "by_month": {
                    self.world.months[month]: {
                        name: _nps(self.scores[place, month]) for place, name in enumerate(STAGES)
                    }
                    for month in months
                },
            },
            "scores": {name: whole[place].tolist() for place, name in enumerate(STAGES)},
        }

    def nps_slope(self) -> float:
        """Return the NPS points that one score point is worth here: how many stand within reach of 9 and of 7."""
        eligible = self.scores[0].sum()
        return 100 * self.amounts.get("near_an_edge", 0.0) / (2 * _NEAR) / max(int(eligible), 1)


def _nps(counts: NDArray[np.int64]) -> dict[str, float | int | None]:
    total = int(counts.sum())
    value = 100 * float(counts[9:].sum() - counts[:7].sum()) / total if total else None
    return {"nps": value, "n": total}
