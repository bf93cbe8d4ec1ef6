"""A histogram becomes a judgement: scores with intervals, comparisons, trends and sample sizes."""

from klankbord.score.answers import ces, check_scale, csat, enps, nps, other_scale, score
from klankbord.score.bounds import SilenceBounds, TurningPoint, silence_bounds, turning_point
from klankbord.score.comparison import Comparison, compare, compare_many, compare_pairs
from klankbord.score.measures import (
    CES,
    CSAT,
    CSAT_FRESHDESK,
    CSAT_GOOD_BAD,
    ENPS,
    MEASURES,
    NPS,
    Measure,
    measure_named,
)
from klankbord.score.planning import power, sample_size
from klankbord.score.scores import Score, Scores, from_counts
from klankbord.score.trends import Break, Slope, Trend, trend
from klankbord.score.weighting import Weighting, kish, rake, weighted_score

__all__ = [
    "CES",
    "CSAT",
    "CSAT_FRESHDESK",
    "CSAT_GOOD_BAD",
    "ENPS",
    "MEASURES",
    "NPS",
    "Break",
    "Comparison",
    "Measure",
    "Score",
    "Scores",
    "SilenceBounds",
    "Slope",
    "Trend",
    "TurningPoint",
    "Weighting",
    "ces",
    "check_scale",
    "compare",
    "compare_many",
    "compare_pairs",
    "csat",
    "enps",
    "from_counts",
    "kish",
    "measure_named",
    "nps",
    "other_scale",
    "power",
    "rake",
    "sample_size",
    "score",
    "silence_bounds",
    "trend",
    "turning_point",
    "weighted_score",
]
