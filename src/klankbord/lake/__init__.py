"""Everything that happened, in open tables: exports of any tool go in, answers that can be counted come out."""

from klankbord.lake.readers.comments import Comment
from klankbord.lake.readers.drops import Dropped
from klankbord.lake.readers.profiles import ColumnProfile
from klankbord.lake.readers.reading import read
from klankbord.lake.readers.responses import Responses

__all__ = ["ColumnProfile", "Comment", "Dropped", "Responses", "read"]
