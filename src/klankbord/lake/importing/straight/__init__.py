"""Rows straight into the lake: what a program knows is matched with what is there, and files are written once."""

from klankbord.lake.importing.straight.bringing import bring_rows, forget_rows
from klankbord.lake.importing.straight.report import RowsReport

__all__ = ["RowsReport", "bring_rows", "forget_rows"]
