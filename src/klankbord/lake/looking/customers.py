"""Everything that the lake holds of one customer, for who asks what is known of them."""

from klankbord.lake.engine import literal
from klankbord.lake.looking.opened import Opened
from klankbord.lake.schema import TABLES
from klankbord.lake.store import Lake, Snapshot


def customer_rows(lake: Lake | Snapshot, pseudonym: str) -> dict[str, tuple[dict[str, object], ...]]:
    """Return the rows of a customer by table, oldest first.

    Parameters
    ----------
    lake : Lake or Snapshot
        Where.
    pseudonym : str
        The customer, as `Lake.key` makes it of an identifier.

    Returns
    -------
    dict of str to tuple of dict
        All columns of each row; of tables without customers nothing.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     lake = Lake.create(f"{place}/lake")
    ...     customer_rows(lake, lake.key.pseudonym("jan@voorbeeld.example"))
    {'contacts': (), 'responses': (), 'outcomes': ()}
    """
    opened = Opened.of(lake)
    found = {}
    for table, schema in TABLES.items():
        if "customer" in schema.names:
            order = "started_at" if "started_at" in schema.names else "month"
            rows = opened.rows(
                f"select {', '.join(schema.names)} from {opened.relation(table, None)} "
                f"where customer = {literal(pseudonym)} order by {order}, {', '.join(schema.key)}"
            )
            found[table] = tuple(_told(row) for row in rows)
    return found


def _told(row: dict[str, object]) -> dict[str, object]:
    attributes = row.get("attributes")
    return row | ({"attributes": dict(attributes)} if isinstance(attributes, list) else {})
