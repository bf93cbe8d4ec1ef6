"""Whom an import tells to have been asked, and when: what a quarantine has to know of the past."""

from datetime import datetime
from typing import Any

from klankbord.lake.engine import literal
from klankbord.lake.looking.opened import Opened, Row, moment_sql
from klankbord.lake.store import Lake, Snapshot

# Of several questions put to somebody about such a thing, the last one is enough.
_APART = ("client", "touchpoint", "channel")
_BESIDE = ("site", "team", "queue", "direction", "segment", "reason")


def asks_of(lake: Lake | Snapshot, import_id: str, *, since: datetime) -> list[Row]:
    """Return who was asked, as far as rows of an import tell: those who answered, and those of whom it is said.

    Parameters
    ----------
    lake : Lake or Snapshot
        Where.
    import_id : str
        What the import's rows carry.
    since : datetime
        Questions put before are left out.

    Returns
    -------
    list of dict
        `customer` (the pseudonym), `asked_at`, `metric`, and what the contact was. The last question put to each
        customer about one metric, client, touchpoint and channel.

    Examples
    --------
    >>> from datetime import UTC
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     asks_of(Lake.create(f"{place}/lake"), "import-1", since=datetime(2026, 1, 1, tzinfo=UTC))
    []
    """
    opened = Opened.of(lake)
    month, first = literal(opened.month_of(since)), moment_sql(since)
    listed = ", ".join((*_APART, *_BESIDE))
    which = f"import_id = {literal(import_id)} and customer is not null and month >= {month}"
    answered = (
        f"select customer, answered_at as asked_at, metric, {listed} "
        f"from {opened.relation('responses', None)} where {which}"
    )
    invited = (
        f"select customer, coalesce(invited_at, ended_at, started_at), metric, {listed} "
        f"from {opened.relation('contacts', None)} where {which} and (invited or invited_at is not null)"
    )
    found: list[dict[str, Any]] = opened.rows(
        f"select distinct on (customer, metric, {', '.join(_APART)}) * from ({answered} union all {invited}) "
        f"where asked_at >= {first} order by asked_at desc"
    )
    return found
