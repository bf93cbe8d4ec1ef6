"""What customers of the simulated centre write about their score, with the truth about every comment."""

from klankbord.twin.comments.vocabulary import EMOTIONS, LANGUAGES, PERSONAL, TOPICS, Comments
from klankbord.twin.comments.writing import write_comments

__all__ = ["EMOTIONS", "LANGUAGES", "PERSONAL", "TOPICS", "Comments", "write_comments"]
