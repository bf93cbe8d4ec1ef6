"""Everything that happened, in open tables: exports of any tool go in, questions come out as counts."""

from klankbord.lake.readers.comments import Comment
from klankbord.lake.readers.drops import Dropped
from klankbord.lake.readers.profiles import ColumnProfile
from klankbord.lake.readers.reading import read
from klankbord.lake.readers.responses import Responses
from klankbord.lake.store import Lake, Settings, Snapshot

__all__ = ["ColumnProfile", "Comment", "Dropped", "Lake", "Responses", "Settings", "Snapshot", "read"]
