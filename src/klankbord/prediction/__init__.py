"""What agents expected against what customers said, and what that tells of the customers who said nothing."""

from klankbord.prediction.assisting import AssistedScore, Way, assisted_score
from klankbord.prediction.chances import RankedScore, ranked_probability_score
from klankbord.prediction.decomposing import Decomposition, decompose
from klankbord.prediction.judging import skill
from klankbord.prediction.learning import Learning, Placebo, learning
from klankbord.prediction.recalibrating import Recalibration, recalibrate
from klankbord.prediction.silence import SilentDetractors, silent_detractors
from klankbord.prediction.skill import Gap, Point, Skill, Skills

__all__ = [
    "AssistedScore",
    "Decomposition",
    "Gap",
    "Learning",
    "Placebo",
    "Point",
    "RankedScore",
    "Recalibration",
    "SilentDetractors",
    "Skill",
    "Skills",
    "Way",
    "assisted_score",
    "decompose",
    "learning",
    "ranked_probability_score",
    "recalibrate",
    "silent_detractors",
    "skill",
]
