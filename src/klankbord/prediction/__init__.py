"""What agents expected against what customers said, and what that tells of the customers who said nothing."""

from klankbord.prediction.judging import skill
from klankbord.prediction.skill import Gap, Point, Skill, Skills

__all__ = ["Gap", "Point", "Skill", "Skills", "skill"]
