"""Everything that happened, in open tables: exports of any tool go in, questions come out as counts."""

from klankbord.lake.columns import Columns, columns_of
from klankbord.lake.importing import ImportReport, RowsReport, bring_rows, forget_rows, import_files
from klankbord.lake.people import standings_of
from klankbord.lake.readers.comments import Comment
from klankbord.lake.readers.contact_reading import read_contacts, recognise
from klankbord.lake.readers.contact_records import ContactRecords
from klankbord.lake.readers.drops import Dropped
from klankbord.lake.readers.profiles import ColumnProfile
from klankbord.lake.readers.reading import read
from klankbord.lake.readers.responses import Responses
from klankbord.lake.store import Lake, Settings, Snapshot
from klankbord.lake.trusting import trust_of

__all__ = [
    "ColumnProfile",
    "Columns",
    "Comment",
    "ContactRecords",
    "Dropped",
    "ImportReport",
    "Lake",
    "Responses",
    "RowsReport",
    "Settings",
    "Snapshot",
    "bring_rows",
    "columns_of",
    "forget_rows",
    "import_files",
    "read",
    "read_contacts",
    "recognise",
    "standings_of",
    "trust_of",
]
