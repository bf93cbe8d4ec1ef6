"""Files into the lake: read, made pseudonymous, matched with what is there, and shown all at once."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from uuid import uuid4

from klankbord.errors import OptionError, nearest
from klankbord.lake.engine import literal, quoted
from klankbord.lake.importing.attaching import attach, unattached
from klankbord.lake.importing.contact_rows import bring_contacts
from klankbord.lake.importing.own_tables import read_own
from klankbord.lake.importing.preparing import forget_erased, people, redact_comments, table_of
from klankbord.lake.importing.report import ImportReport
from klankbord.lake.importing.survey_rows import bring_answers
from klankbord.lake.importing.upserting import Met, upsert
from klankbord.lake.readers.contact_reading import read_contacts, recognise
from klankbord.lake.readers.reading import read
from klankbord.lake.readers.responses import Responses
from klankbord.lake.schema import TABLES
from klankbord.lake.store import Batch, Lake
from klankbord.score import Measure

if TYPE_CHECKING:
    from klankbord.lake.readers.contact_records import ContactRecords

Kind = Literal["contacts", "responses", "outcomes", "pulses", "events", "queue_intervals", "indicators"]


Said = Mapping[str, Any]
_OF_THE_READER = {"score": "score", "comment": "comment", "answered_at": "date", "external_id": "external_id"}


def import_files(
    lake: Lake,
    *paths: str | os.PathLike[str],
    table: Kind | str | None = None,
    columns: Mapping[str, str] | None = None,
    keep: Sequence[str] = (),
    measure: Measure | str | None = None,
    scale: tuple[int, int] | None = None,
    zone: str | None = None,
    source: str = "file",
    dry_run: bool = False,
) -> ImportReport:
    """Bring files into a lake: contact records, survey answers, or rows of one of its other tables.

    Importing the same again changes nothing; a newer state of a row replaces the older one. Either everything is in the
    lake when this returns, or nothing.

    Parameters
    ----------
    lake : Lake
        Where they go.
    *paths : path
        Files of one tool.
    table : str, optional
        Table that the rows belong to; contact records and survey answers are told apart by what is in them.
    columns : Mapping of str to str, optional
        Heading by column of the schema, where the guess is wrong.
    keep : sequence of str
        Other headings to keep as attributes, to group and filter by. Keep nothing there that tells who somebody is.
    measure : Measure or str, optional
        What was asked, where the file does not say.
    scale : (int, int), optional
        Lowest and highest answer, where the question was asked on another scale.
    zone : str, optional
        IANA zone of moments that name none; otherwise the lake's.
    source : str
        What the rows of other tables are said to come from.
    dry_run : bool
        Whether to do everything but keep it.

    Raises
    ------
    FileError, ColumnError, ScaleError, ScoreError
        When the files cannot be used; the lake is as it was.
    OptionError
        When there is no such table.
    LakeError
        When the key is missing, or somebody else is writing.
    """
    if not paths:
        raise OptionError("there is nothing to import", hint="name a file", case="nothing_to_read")
    files = [Path(path) for path in paths]
    if table is not None and table not in TABLES:
        near = nearest(table, TABLES)
        guess = f"did you mean {near!r}? " if near else ""
        raise OptionError(
            f"there is no table {table!r}",
            hint=f"{guess}tables: {', '.join(TABLES)}",
            case="unknown_table",
            table=table,
            near=near,
            known=list(TABLES),
        )
    kind = table or recognise(*files)
    said: dict[str, Any] = {"columns": columns or {}, "keep": keep, "measure": measure, "scale": scale}
    said |= {"zone": zone or lake.settings.zone, "source": source}
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    with lake.writing(f"import-{moment}-{uuid4().hex[:6]}") as batch:
        bring = {"contacts": _contacts, "responses": _responses}.get(kind, _own)
        report = bring(lake, batch, kind, files, said, dry_run)
        if dry_run:
            batch.abandon()
    return report


def _contacts(lake: Lake, batch: Batch, kind: str, files: Sequence[Path], said: Said, dry_run: bool) -> ImportReport:
    reading = {name: said[name] for name in ("columns", "keep", "measure", "scale", "zone")}
    records = read_contacts(*files, **reading)
    tables, erased = bring_contacts(records.engine, records.columns, batch, lake.key)
    met = attach(records.engine, batch)
    return _report(batch, kind, records, tables, erased, met, unattached(records.engine, batch), dry_run)


def _responses(lake: Lake, batch: Batch, kind: str, files: Sequence[Path], said: Said, dry_run: bool) -> ImportReport:
    columns = dict(said["columns"])
    own = {argument: columns.pop(name, None) for name, argument in _OF_THE_READER.items()}
    answers = read(*files, **own, measure=said["measure"], scale=said["scale"], zone=said["zone"])
    engine, met, erased, undated = bring_answers(answers, batch, lake.key, columns=columns, keep=said["keep"])
    found = attach(engine, batch)
    report = _report(batch, kind, answers, {"responses": met}, erased, found, unattached(engine, batch), dry_run)
    lost = sum(drop.count for drop in undated)
    return replace(report, kept=report.kept - lost, drops=(*report.drops, *undated))


def _own(lake: Lake, batch: Batch, kind: str, files: Sequence[Path], said: Said, dry_run: bool) -> ImportReport:
    settings = batch.manifest.settings
    rows = read_own(files, kind, zone=said["zone"], source=said["source"])
    engine = rows.staged.engine
    told = {name: quoted(name) for name in rows.given if name != "import_id"}
    known, joins = people(engine, "incoming", rows.given, settings, lake.key)
    told |= known | {"import_id": literal(batch.name)}
    table_of(engine, "coming", told, "incoming", joins)
    erased = forget_erased(engine, "coming", batch.manifest, lake.key) if "customer" in told else 0
    if "comment" in told:
        redact_comments(engine, "coming", keep_originals=False)
    met = upsert(engine, batch, kind, "coming", list(told))
    return ImportReport(
        import_id=batch.name,
        files=tuple(path.name for path in files),
        source=said["source"],
        title="the lake's own layout",
        table=kind,
        read=rows.read,
        kept=rows.read - sum(drop.count for drop in rows.drops),
        drops=rows.drops,
        erased=erased,
        tables={kind: met},
        attached=0,
        unattached=0,
        notices=rows.notices,
        dry_run=dry_run,
    )


def _report(
    batch: Batch,
    kind: str,
    read_rows: "ContactRecords | Responses",
    tables: dict[str, Met],
    erased: int,
    attached: int,
    alone: int,
    dry_run: bool,
) -> ImportReport:
    return ImportReport(
        import_id=batch.name,
        files=read_rows.paths,
        source=read_rows.source,
        title=read_rows.title,
        table=kind,
        read=read_rows.read,
        kept=read_rows.kept,
        drops=read_rows.drops,
        erased=erased,
        tables=tables,
        attached=attached,
        unattached=alone,
        notices=read_rows.notices,
        dry_run=dry_run,
    )
