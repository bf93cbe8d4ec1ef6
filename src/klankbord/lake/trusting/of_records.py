"""A trust report of a file of contacts: it becomes a lake for as long as it takes to judge it."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from klankbord.errors import DataError
from klankbord.lake.importing.attaching import attach
from klankbord.lake.importing.contact_rows import bring_contacts
from klankbord.lake.readers.contact_records import ContactRecords
from klankbord.lake.readers.drops import left_out
from klankbord.lake.store import Lake, Settings
from klankbord.lake.trusting.of_lakes import trust_of_lake
from klankbord.results import Notice
from klankbord.trust import TrustReport


def trust_of_records(
    records: ContactRecords, measure: str | None = None, *, by: str | Sequence[str] = (), **options: Any
) -> TrustReport:
    r"""Say how far the score in a file of contacts can be trusted: everything that a lake of them would tell.

    Parameters
    ----------
    records : ContactRecords
        What `klankbord.lake.read_contacts` returned. Agents are told apart as the file tells them apart.
    measure : str, optional
        A score; the one that the file holds unless told.
    by : str or sequence of str
        Dimensions to show the funnel by.
    **options
        Of `trust_of_lake`.

    Raises
    ------
    DataError
        When there is no score in it.

    Examples
    --------
    >>> from klankbord.lake import read_contacts
    >>> lines = [f"c{at},2026-01-05 09:{at % 60:02}:00,{at % 11 if at % 4 == 0 else ''}" for at in range(400)]
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "contacts.csv")
    ...     _ = path.write_text("contact id,started at,nps\n" + "\n".join(lines))
    ...     report = trust_of_records(read_contacts(path))
    >>> report.funnel.contacts, report.score.n, report.funnel.unknown[:2]
    (400, 100, ('eligible', 'invited'))
    """
    if "score" not in records.columns:
        raise DataError(
            f"{', '.join(records.paths)}: contacts without scores cannot be judged",
            hint="name the column of scores, or bring contacts and answers together in a lake: klankbord import",
        )
    held = records.measure.name if records.measure else "nps"
    settings = Settings(zone=records.zone, attribution="named", reason="read from a file, and gone after it")
    with TemporaryDirectory() as folder:
        lake = Lake.create(Path(folder, "lake"), settings)
        with lake.writing("file") as batch:
            bring_contacts(records.engine, records.columns, batch, lake.key)
            attach(records.engine, batch)
        report = trust_of_lake(lake, measure or held, by=by, **options)
    question = {**report.question, "files": list(records.paths)}
    return replace(
        report,
        question=question,
        notices=(_taken(records), *left_out(records.drops), *records.notices, *report.notices),
    )


def _taken(records: ContactRecords) -> Notice:
    ((scored,),) = records.query("select count(score) from contacts")
    silent = records.kept - scored
    rest = (
        f"the customers of the other {silent:,} kept silent"
        if silent
        else "it seems to hold only contacts that were answered, so that nothing can be seen of those who kept silent"
    )
    files, counts = ", ".join(records.paths), f"{scored:,} of {records.kept:,} have a score"
    return Notice(
        code="taken_for_contacts",
        message=f"{files} was taken for contacts: {counts}; {rest}",
        data={"contacts": records.kept, "scored": scored},
    )
