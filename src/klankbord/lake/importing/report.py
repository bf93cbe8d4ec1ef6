"""What an import did: what was read, what was dropped and why, and what became of the rest."""

from dataclasses import dataclass

from klankbord.lake.importing.upserting import Met
from klankbord.lake.readers.drops import Dropped
from klankbord.results import Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """The account of one import; every row that was read is in it once.

    Parameters
    ----------
    import_id : str
        What the rows of this import carry as `import_id`.
    files : tuple of str
        Names of the files.
    source, title : str
        The tool that wrote them, for machines and for people.
    table : str
        Table of the lake that the rows went to.
    read, kept : int
        Rows that were read, and rows that could be used.
    drops : tuple of Dropped
        The others, by reason.
    erased : int
        Usable rows of customers who were erased before, and who stay so.
    tables : dict of str to Met
        What became of the rows, by table: answers inside contact records go to `responses` as well.
    attached : int
        Answers that found the contact that they are about, or contacts that found their answer.
    unattached : int
        Answers that name a contact that is not in the lake, or not one alone.
    notices : tuple of Notice
        What had to be assumed.
    dry_run : bool
        Whether nothing was written.
    """

    import_id: str
    files: tuple[str, ...]
    source: str
    title: str
    table: str
    read: int
    kept: int
    drops: tuple[Dropped, ...]
    erased: int
    tables: dict[str, Met]
    attached: int
    unattached: int
    notices: tuple[Notice, ...]
    dry_run: bool

    def to_dict(self) -> dict[str, object]:
        """Return the report as plain data."""
        return {
            "import_id": self.import_id,
            "files": list(self.files),
            "source": self.source,
            "title": self.title,
            "table": self.table,
            "read": self.read,
            "kept": self.kept,
            "dropped": [drop.to_dict() for drop in self.drops],
            "erased": self.erased,
            "tables": {
                name: {"new": met.new, "changed": met.changed, "unchanged": met.unchanged}
                for name, met in self.tables.items()
            },
            "attached": self.attached,
            "unattached": self.unattached,
            "notices": [notice.to_dict() for notice in self.notices],
            "dry_run": self.dry_run,
        }
