"""Importing: what readers read is brought into the lake, once, whole, and without anybody's name."""

from klankbord.lake.importing.attaching import ASKED_HERE
from klankbord.lake.importing.bringing_in import import_files
from klankbord.lake.importing.report import ImportReport
from klankbord.lake.importing.straight import RowsReport, bring_rows, forget_rows
from klankbord.lake.importing.upserting import Met

__all__ = ["ASKED_HERE", "ImportReport", "Met", "RowsReport", "bring_rows", "forget_rows", "import_files"]
