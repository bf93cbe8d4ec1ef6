"""Results and charts as documents: one value, written as a page, for print or as a workbook."""

from klankbord.reports.document import Document
from klankbord.reports.report import Report, build_report

__all__ = ["Document", "Report", "build_report"]
