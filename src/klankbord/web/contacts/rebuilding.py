"""A lake made anew, from the register and the extracts of files: beside the old one, and then in its place."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Coalesce

from klankbord.errors import LakeError
from klankbord.lake import Lake, Settings, bring_rows
from klankbord.lake.engine import connect, literal, quoted
from klankbord.lake.schema import TABLES
from klankbord.lake.store import Batch, Key
from klankbord.lake.store.keys import key_path
from klankbord.lake.upkeep.compacting import remove_old_files
from klankbord.web.contacts.beside import Level, rooms_beside
from klankbord.web.contacts.extracts import LEVELS, extracts, imports_of, lower, path_of, relation
from klankbord.web.contacts.lake_rows import COLUMNS, LOOKED_UP, arrow, sole_writer
from klankbord.web.contacts.models import Contact, Extract
from klankbord.web.kernel.lakes import lake_of, lake_settings
from klankbord.web.kernel.models import Organisation

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from pyarrow import Table

_PORTION: Final = 100_000
_PATIENCE: Final = 600.0
_THREADED: Final = ("contacts", "responses")
_AGENT, _TEAM = COLUMNS.index("agent"), COLUMNS.index("team")


def rebuild(organisation: Organisation) -> None:
    """Make the lake of an organisation anew, with its key, and with the zone and the level that hold now.

    Readers see the lake as it was until the new one is whole, and then that one: both are states of one lake, so that
    who opened it before reads on undisturbed. Contacts that come in meanwhile stay ahead of it, and follow.
    """
    with sole_writer(organisation, patience=_PATIENCE) as alone:
        if not alone:
            raise LakeError(
                "somebody else is bringing rows into the lake", hint="try again when that is done", case="busy_lake"
            )
        lake = lake_of(organisation)
        before, decided = lake.settings, lake_settings(organisation)
        for extract in extracts(organisation):
            lower(extract, decided.attribution, lake.key)
        with _beside(lake, organisation, decided.zone) as fresh:
            _fill(fresh, organisation, decided)
            tells_less = LEVELS.index(decided.attribution) < LEVELS.index(before.attribution)
            _take_over(lake, fresh, organisation, decided)
        if before.zone != decided.zone:
            _move_months(decided.zone)
    # What may not be told any more goes at once; otherwise whoever is reading reads on.
    remove_old_files(lake, hours=0 if tells_less else 1)


@contextmanager
def _beside(lake: Lake, organisation: Organisation, zone: str) -> Iterator[Lake]:
    """Make an empty lake with the same key; what is told of agents is settled before rows come to it."""
    home: Path = settings.HOME.lakes
    for left in home.glob(f"rebuild-{organisation.pk}-*"):
        shutil.rmtree(left)
    place = Path(mkdtemp(prefix=f"rebuild-{organisation.pk}-", dir=home))
    try:
        if key_path(lake.folder).exists():
            shutil.copy(key_path(lake.folder), key_path(place / "lake"))
        level = Settings(zone=zone, attribution="named", reason="rows come as they are to be")
        fresh = Lake.create(place / "lake", level)
        erased = lake.snapshot().manifest.erased
        replace(fresh.snapshot().manifest, erased=erased).save(fresh.folder)
        yield fresh
    finally:
        shutil.rmtree(place)


def _move_months(zone: str) -> None:
    """Write down in which months the lake has contacts now; only near the ends of a month can that be another one."""
    near = Contact.objects.filter(started_at__day__in=(1, 28, 29, 30, 31)).order_by("id")
    for contact in near.only("started_at", "lake_month", "organisation_id").iterator(chunk_size=_PORTION):
        month = f"{contact.started_at.astimezone(ZoneInfo(zone)):%Y-%m}"
        if month != contact.lake_month:
            Contact.objects.filter(pk=contact.pk, lake_month=contact.lake_month).update(lake_month=month)


def _fill(fresh: Lake, organisation: Organisation, decided: Settings) -> None:
    """Bring everything in, in the order in which it came: of two that tell of one contact the later one counts."""
    kept = extracts(organisation)
    level = Level(decided, fresh.key)
    # Nothing but a file can have put a contact elsewhere before the register tells of it.
    months = None if any(extract.table == "contacts" for extract in kept) else ()
    since: datetime | None = None
    for of_one in imports_of(kept):
        until = of_one[0].brought_in_at
        _bring_register(fresh, level, _between(since, until), months)
        for extract in sorted(of_one, key=_by_table):
            _bring_extract(fresh, extract)
        since = until
    _bring_register(fresh, level, _between(since, None), months)
    for beside in rooms_beside():
        beside.refill(fresh, organisation, level)


def _between(since: datetime | None, until: datetime | None) -> Q:
    if until is None:
        return Q() if since is None else Q(projected_at__gt=since) | Q(projected_at=None)
    return Q(projected_at__lte=until) & (Q() if since is None else Q(projected_at__gt=since))


def _by_table(extract: Extract) -> int:
    return list(TABLES).index(extract.table)


def _bring_register(fresh: Lake, level: Level, which: Q, months: tuple[()] | None) -> None:
    told, last = Coalesce("updated_at", "received_at"), 0
    while True:
        found = Contact.objects.filter(which, id__gt=last).order_by("id").annotate(told_at=told)
        rows = list(found.values_list("id", *LOOKED_UP)[:_PORTION])
        if not rows:
            return
        table = arrow([_at_level(row[1:], level) for row in rows])
        bring_rows(fresh, contacts=table, customers="pseudonyms", months=months, name="register")
        last = rows[-1][0]


def _at_level(row: tuple[Any, ...], level: Level) -> list[Any]:
    """Return a row of the register as the lake may know it."""
    told = list(row)
    told[_AGENT], told[_TEAM] = level.agent(told[_AGENT]), level.team(told[_TEAM])
    return told


def _bring_extract(fresh: Lake, extract: Extract) -> None:
    if extract.table not in _THREADED:
        return  # nothing follows from these rows: they are taken over as they are
    from pyarrow import parquet, table  # noqa: PLC0415  loads where rows go to the lake

    with parquet.ParquetFile(path_of(extract)) as file:
        for portion in file.iter_batches(_PORTION):
            rows: dict[str, Table] = {extract.table: table(portion)}
            bring_rows(fresh, **rows, customers="pseudonyms", name="extract")


def _take_over(lake: Lake, fresh: Lake, organisation: Organisation, decided: Settings) -> None:
    """Replace every row of the lake in one write."""
    made = fresh.snapshot()
    with lake.writing(f"rebuild-{uuid4().hex[:12]}") as batch, connect() as engine:
        for table in TABLES:
            batch.remove(table, set(batch.paths(table)))
            if table in _THREADED:
                for month in made.months(table):
                    batch.write(engine, _unerased(made.relation(table, [month]), batch, lake.key), table)
            else:
                _take_over_extracts(engine, batch, organisation, table, lake.key)
        batch.manifest = replace(batch.manifest, settings=decided)


def _take_over_extracts(
    engine: "DuckDBPyConnection", batch: Batch, organisation: Organisation, table: str, key: Key
) -> None:
    found = [extract for extract in extracts(organisation) if extract.table == table]
    if not found:
        return
    names = ", ".join(map(quoted, TABLES[table].names))
    parts = " union all ".join(
        f"select {place} as place, {names} from {relation(extract)}"  # noqa: S608  names are ours
        for place, extract in enumerate(found)
    )
    same = ", ".join(map(quoted, TABLES[table].key))
    rows = f"(select {names} from ({parts}) qualify row_number() over (partition by {same} order by place desc) = 1)"  # noqa: S608
    batch.write(engine, _unerased(rows, batch, key) if "customer" in TABLES[table].names else rows, table)


def _unerased(rows: str, batch: Batch, key: Key) -> str:
    """Return SQL of the rows without those of customers who were erased while the lake was made."""
    if not batch.manifest.erased:
        return rows
    marks = ", ".join(map(literal, batch.manifest.erased))
    return f"(select * from {rows} where ({key.mark_sql('customer')} in ({marks})) is not true)"  # noqa: S608
