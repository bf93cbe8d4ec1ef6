"""A histogram becomes a judgement: scores with intervals, comparisons, trends and sample sizes."""

from klankbord.score.answers import ces, check_scale, csat, enps, nps, other_scale, score
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
    "Slope",
    "Trend",
    "ces",
    "check_scale",
    "compare",
    "compare_many",
    "compare_pairs",
    "csat",
    "enps",
    "from_counts",
    "measure_named",
    "nps",
    "other_scale",
    "power",
    "sample_size",
    "score",
    "trend",
]
