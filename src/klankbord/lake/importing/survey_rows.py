"""Survey answers become rows of `responses`; what they tell about the contact stands in until it is known."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from klankbord.errors import ColumnError, DataError
from klankbord.lake.engine import connect, literal, quoted
from klankbord.lake.importing.attaching import BESIDE
from klankbord.lake.importing.preparing import calendar, forget_erased, people, redact_comments, table_of
from klankbord.lake.importing.upserting import Met, upsert
from klankbord.lake.readers.drops import Dropped, dropped
from klankbord.lake.readers.responses import Responses
from klankbord.lake.readers.vocabulary import JUDGED, judge_words
from klankbord.lake.schema import TABLES
from klankbord.lake.store import Batch, Key

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_BATCH = 100_000
_ITS_OWN = ("contact", "survey", "survey_version", "survey_channel")


def bring_answers(
    responses: Responses, batch: Batch, key: Key, *, columns: Mapping[str, str], keep: Sequence[str]
) -> tuple["DuckDBPyConnection", Met, int, tuple[Dropped, ...]]:
    """Bring answers that were read into the lake.

    Parameters
    ----------
    responses : Responses
        The answers.
    batch : Batch
        The write that they become part of.
    key : Key
        The key of pseudonyms.
    columns : Mapping of str to str
        Heading by column of the schema, where the file calls it otherwise.
    keep : sequence of str
        Headings that become attributes; without any, those that the tool's dialect keeps.

    Returns
    -------
    (DuckDBPyConnection, Met, int, tuple of Dropped)
        The engine that holds the rows, what became of them, how many rows of erased customers were left out, and the
        answers that no date puts in a month.

    Raises
    ------
    ColumnError
        When there is no such heading.
    DataError
        When no answer has a date.
    """
    settings, keep = batch.manifest.settings, keep or responses.layout.keeps
    beside = _beside(responses, columns)
    stream = responses.engine.sql(f"select {_selected(responses, beside, keep)} from responses")
    engine = connect()
    engine.register("stream", stream.to_arrow_reader(_BATCH))
    engine.execute("create temp table raw as select * from stream")
    engine.unregister("stream")
    undated = _set_undated_apart(engine, responses)
    told = {name: quoted(name) for name in ("source", "external_id", "contact", "metric", "score", "status", "comment")}
    told |= {name: _judged(engine, name) if name in JUDGED else _cast(name) for name in beside}
    known, joins = people(engine, "raw", {*beside, "customer"}, settings, key)
    told |= known
    told |= {
        "answered_at": "answered_at",
        "updated_at": "updated_at",
        "counted": "true",
        "import_id": literal(batch.name),
    }
    told |= {"survey": "survey", "survey_channel": "survey_channel"} | calendar("answered_at", settings.zone)
    if keep:
        told["attributes"] = "attributes"
    table_of(engine, "incoming", told, "raw", joins)
    erased = forget_erased(engine, "incoming", batch.manifest, key)
    redact_comments(engine, "incoming", keep_originals=settings.keep_originals)
    met = upsert(engine, batch, "responses", "incoming", [*told, "comment_original"])
    return engine, met, erased, undated


def refuse_undated(responses: Responses) -> None:
    """Refuse answers none of which has a date."""
    if responses.first_at is None:
        raise DataError(
            f"{responses.paths[0]}: no answer has a date, and a lake keeps everything by month",
            hint="name the column that holds it: answered_at=HEADING",
            file=responses.paths[0],
            case="no_dates",
        )


def _set_undated_apart(engine: "DuckDBPyConnection", responses: Responses) -> tuple[Dropped, ...]:
    """Take out answers of which nobody knows when they were given: a lake keeps everything by month."""
    refuse_undated(responses)
    found = engine.execute("delete from raw where answered_at is null returning file, row").fetchall()
    places = [(responses.paths[file], row, None) for file, row in sorted(found)]
    return (dropped("date_missing", len(places), places),) if places else ()


def _beside(responses: Responses, columns: Mapping[str, str]) -> dict[str, str]:
    """Return SQL of what the file tells about the contact: headings that are columns of the schema, or were named."""
    there = {name.casefold(): quoted(column) for name, column in responses.physical.items()}
    found = {name: there[name] for name in BESIDE if name in there and name not in {"customer", "agent"}}
    found |= {name: name for name in ("agent", "language") if getattr(responses.layout.fields, name)}
    # A tool that sends surveys tells how it sent them; a file of one's own tells how contact was had.
    if responses.guessed and responses.layout.fields.channel:
        found["channel"] = "channel"
    for name, heading in columns.items():
        if name not in {*BESIDE, *_ITS_OWN}:
            raise ColumnError(name, (*BESIDE, *_ITS_OWN))
        if heading.casefold() not in there:
            raise ColumnError(heading, responses.physical)
        found[name] = there[heading.casefold()]
    return found


def _selected(responses: Responses, beside: dict[str, str], keep: Sequence[str]) -> str:
    there = {name.casefold(): column for name, column in responses.physical.items()}
    everything = ", ".join(map(quoted, responses.physical.values()))
    told = {
        "file": "file",
        "row": "row",
        "source": literal(responses.source),
        "external_id": f"coalesce(external_id, md5(concat_ws('|', {everything})))",
        "contact": "contact",
        "customer": "respondent",
        "metric": literal(responses.measure.name),
        "score": "score",
        "status": "status",
        "comment": "comment",
        "survey": "survey",
        "survey_channel": "channel",
        "answered_at": "timezone('UTC', answered_at)",
        "updated_at": "timezone('UTC', updated_at)",
    } | beside
    if keep:
        for heading in keep:
            if heading.casefold() not in there:
                raise ColumnError(heading, responses.physical)
        names = ", ".join(map(literal, keep))
        cells = ", ".join(quoted(there[heading.casefold()]) for heading in keep)
        told["attributes"] = f"map([{names}], [{cells}])"
    return ", ".join(f"{sql} as {quoted(name)}" for name, sql in told.items())


def _judged(engine: "DuckDBPyConnection", name: str) -> str:
    """Return SQL that says in the schema's words what the cells of a column say in those of the file."""
    cells = [cell for (cell,) in engine.execute(f"select distinct {quoted(name)} from raw").fetchall() if cell]
    arms = " ".join(f"when {literal(cell)} then {literal(word)}" for cell, word in judge_words(name, cells, {}).items())
    told = f"case {quoted(name)} {arms} end" if arms else "null"
    return f"try_cast({told} as {TABLES['responses'].column(name).type.engine})"


def _cast(name: str) -> str:
    return f"try_cast({quoted(name)} as {TABLES['responses'].column(name).type.engine})"
