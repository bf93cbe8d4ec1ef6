"""Looking at rows: what stands behind a number, one contact in full, the newest comments, what there is to choose."""

from klankbord.lake.looking.asks import asks_of
from klankbord.lake.looking.customers import customer_rows
from klankbord.lake.looking.knowing import Unit, Units, distinct, known_units
from klankbord.lake.looking.lines import Cursor, Line, Page
from klankbord.lake.looking.listing import contacts, contacts_behind
from klankbord.lake.looking.remarks import Remark, latest_comments
from klankbord.lake.looking.selecting import Kind, Part, kind_of
from klankbord.lake.looking.telling import Event, Story, SurveyStep, story

__all__ = [
    "Cursor",
    "Event",
    "Kind",
    "Line",
    "Page",
    "Part",
    "Remark",
    "Story",
    "SurveyStep",
    "Unit",
    "Units",
    "asks_of",
    "contacts",
    "contacts_behind",
    "customer_rows",
    "distinct",
    "kind_of",
    "known_units",
    "latest_comments",
    "story",
]
