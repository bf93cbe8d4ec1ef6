"""What bringing rows did."""

from collections.abc import Mapping
from dataclasses import dataclass

from klankbord.lake.importing.upserting import Met


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsReport:
    """The account of one write of rows.

    Parameters
    ----------
    import_id : str
        What new and changed rows carry as `import_id`.
    tables : Mapping of str to Met
        What became of the rows, by table.
    gone : Mapping of str to int
        Rows that were taken out because they were said to be gone, by table.
    erased : int
        Rows of customers who were erased before, and who stay so.
    rethreaded : int
        Other contacts of the same customers whose place in the journey changed.
    attached : int
        Answers that found the contact that they are about.
    unattached : int
        Rows of answers that name a contact that was not found, or not one alone.
    """

    import_id: str
    tables: Mapping[str, Met]
    gone: Mapping[str, int]
    erased: int
    rethreaded: int
    attached: int
    unattached: int

    def to_dict(self) -> dict[str, object]:
        """Return the report as plain data."""
        return {
            "import_id": self.import_id,
            "tables": {
                name: {"new": met.new, "changed": met.changed, "unchanged": met.unchanged}
                for name, met in self.tables.items()
            },
            "gone": dict(self.gone),
            "erased": self.erased,
            "rethreaded": self.rethreaded,
            "attached": self.attached,
            "unattached": self.unattached,
        }
