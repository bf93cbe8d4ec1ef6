"""Rows of a program into the lake, and rows that are gone out of it, in one write that shows all at once."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal
from uuid import uuid4

from klankbord.errors import DataError, OptionError
from klankbord.lake.engine import connect
from klankbord.lake.importing.checking import take_in
from klankbord.lake.importing.straight.attaching import attach
from klankbord.lake.importing.straight.desk import KEYED, Desk
from klankbord.lake.importing.straight.meeting import meet, prepare
from klankbord.lake.importing.straight.report import RowsReport
from klankbord.lake.importing.straight.settling import settle
from klankbord.lake.importing.straight.threading import thread
from klankbord.lake.importing.upserting import Met
from klankbord.lake.schema import TABLES
from klankbord.lake.store import Lake

if TYPE_CHECKING:
    from pyarrow import Table

Keys = Collection[tuple[str, ...]]


def bring_rows(
    lake: Lake,
    *,
    contacts: "Table | None" = None,
    responses: "Table | None" = None,
    gone: Mapping[str, Keys] | None = None,
    months: Collection[str] | None = None,
    customers: Literal["identifiers", "pseudonyms"] = "identifiers",
    name: str | None = None,
) -> RowsReport:
    """Bring contacts and answers that a program knows into the lake, in one write.

    What happens to rows is what happens to those of files: persons become pseudonyms, comments lose personal data,
    journeys are threaded, answers and contacts find each other, and a newer state replaces the older one. What does not
    change is not written.

    Parameters
    ----------
    lake : Lake
        Where to.
    contacts : pyarrow.Table, optional
        Columns of the schema by name, `source`, `external_id` and `started_at` among them. Columns that are not there
        stay as they are in the lake; null is a value. What the lake works out (day, hour, month, step and the like) is
        left out of account. Of two rows with one key the later one counts.
    responses : pyarrow.Table, optional
        The same for answers, with `source`, `external_id`, `metric` and `answered_at`. `contact_source` and `contact`
        name the leg that they are about; `contact` alone may also be an id of the conversation.
    gone : Mapping of str to collection of tuple, optional
        Keys of rows that are to go, by table: ``{"contacts": [("web", "17")], "responses": [("web", "3", "nps")]}``.
    months : collection of str, optional
        Months (2026-11, where the lake is) in which these rows may lie already, or what they are about: where a row
        was before it was corrected, where the contact of an answer is, where the answers of a contact are. The months
        of the rows' own moments need not be said. Without, all months are searched.
    customers : {"identifiers", "pseudonyms"}
        What `customer` holds: a customer as a source names them, or a pseudonym that `Lake.key` made.
    name : str, optional
        What the write is called: letters, digits, dots and dashes. A unique ending is added.

    Raises
    ------
    ColumnError
        When a column is unknown, or one is missing that a row needs.
    DataError
        When a cell cannot be; nothing is written.
    OptionError
        When there is no such table, or the name cannot be.
    LakeError
        When the key is missing, or somebody else is writing.

    Examples
    --------
    >>> import pyarrow
    >>> from tempfile import TemporaryDirectory
    >>> rows = {"source": ["web"], "external_id": ["17"], "started_at": [datetime(2026, 3, 1, 9, tzinfo=UTC)]}
    >>> with TemporaryDirectory() as place:
    ...     lake = Lake.create(f"{place}/lake")
    ...     bring_rows(lake, contacts=pyarrow.table(rows), months=()).tables["contacts"]
    Met(new=1, changed=0, unchanged=0)
    """
    if customers not in {"identifiers", "pseudonyms"}:
        raise OptionError(f"customers cannot be {customers!r}", hint="identifiers or pseudonyms", customers=customers)
    handed = {table: rows for table, rows in (("contacts", contacts), ("responses", responses)) if rows is not None}
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    with lake.writing(f"{name or 'rows'}-{moment}-{uuid4().hex[:6]}") as batch, connect() as engine:
        hint = None if months is None else frozenset(months)
        desk = Desk(engine=engine, batch=batch, key=lake.key, hint=hint)
        for table in KEYED:
            desk.told[table] = ()
            if table in handed and handed[table].num_rows:
                desk.told[table] = take_in(engine, table, handed[table], pseudonyms=customers == "pseudonyms")
        _set_gone(desk, gone or {})
        return _bring(desk, pseudonyms=customers == "pseudonyms")


def forget_rows(
    lake: Lake, table: str, keys: Keys, *, months: Collection[str] | None = None, name: str | None = None
) -> RowsReport:
    """Take rows out of the lake by their keys, in one write.

    Parameters
    ----------
    lake : Lake
        Where from.
    table : {"contacts", "responses"}
        Table.
    keys : collection of tuple
        Source and external id, and of answers the metric.
    months : collection of str, optional
        Months in which they may lie, and of contacts their answers; all months are searched without.
    name : str, optional
        What the write is called.

    Raises
    ------
    OptionError
        When there is no such table, or a key has another number of parts.
    LakeError
        When the key is missing, or somebody else is writing.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     forget_rows(Lake.create(f"{place}/lake"), "contacts", [("web", "17")]).gone["contacts"]
    0
    """
    return bring_rows(lake, gone={table: keys}, months=months, name=name or "forget")


def _bring(desk: Desk, *, pseudonyms: bool) -> RowsReport:
    erased = sum(prepare(desk, table, pseudonyms=pseudonyms) for table in KEYED)
    older = {"contacts": meet(desk, "contacts")}
    rethreaded = thread(desk)
    older["responses"] = meet(desk, "responses")
    attached, alone = attach(desk)
    tables, gone = dict[str, Met](), dict[str, int]()
    for table in KEYED:
        met, gone[table] = settle(desk, table)
        tables[table] = Met(new=met.new, changed=met.changed, unchanged=met.unchanged + older[table])
    return RowsReport(
        import_id=desk.batch.name,
        tables=tables,
        gone=gone,
        erased=erased,
        rethreaded=rethreaded,
        attached=attached,
        unattached=alone,
    )


def _set_gone(desk: Desk, gone: Mapping[str, Keys]) -> None:
    for table in gone:
        if table not in KEYED:
            raise OptionError(f"rows of {table!r} cannot be taken out so", hint=f"tables: {', '.join(KEYED)}")
    for table in KEYED:
        key = TABLES[table].key
        keys = [tuple(one) for one in gone.get(table, ())]
        if any(len(one) != len(key) for one in keys):
            raise OptionError(f"a key of {table} has {len(key)} parts", hint=", ".join(key), table=table)
        columns = ", ".join(f"{part} varchar" for part in key)
        desk.engine.execute(f"create temp table gone_{table} ({columns})")
        if keys:
            places = ", ".join("?" for _ in key)
            desk.engine.executemany(f"insert into gone_{table} values ({places})", keys)
        if desk.told[table] and desk.count(f"given_{table} semi join gone_{table} using ({', '.join(key)})"):
            raise DataError(f"a row of {table} cannot come and be gone", hint="say one of both", table=table)
