"""Contact records become rows of `contacts`, and the scores that stand in them rows of `responses`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from klankbord.lake.engine import literal, quoted
from klankbord.lake.importing.attaching import BESIDE
from klankbord.lake.importing.journeys import JOIN, THREADED, thread
from klankbord.lake.importing.preparing import calendar, forget_erased, in_schema, people, redact_comments, table_of
from klankbord.lake.importing.upserting import Met, upsert
from klankbord.lake.store import Batch, Key

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def bring_contacts(
    engine: "DuckDBPyConnection", given: Sequence[str], batch: Batch, key: Key
) -> tuple[dict[str, Met], int]:
    """Bring the engine's table `contacts` into the lake; return what became of it, and how many rows stay erased.

    Parameters
    ----------
    engine : DuckDBPyConnection
        Where the rows are, with customers and agents as the source names them.
    given : sequence of str
        Columns that the source tells about.
    batch : Batch
        The write that they become part of.
    key : Key
        The key of pseudonyms.
    """
    settings = batch.manifest.settings
    columns = {name: f"rows.{quoted(name)}" for name in in_schema("contacts", given)}
    known, joins = people(engine, "contacts", given, settings, key)
    columns |= known | calendar("started_at", settings.zone)
    columns["import_id"] = literal(batch.name)
    extras = [name for name in ("comment", "response_id") if name in given]
    if "score" in given:
        counts = "score is not null" + (" and not_counted_reason is null" if "not_counted_reason" in given else "")
        columns["scored"] = counts
        columns["commented"] = f"{counts} and comment is not null" if "comment" in given else "null::boolean"
    if "customer" in given and "step" not in given:
        thread(engine, batch, "contacts", given)
        columns |= {name: f"threaded.{name}" for name in THREADED}
        joins += f" {JOIN}"
    table_of(engine, "incoming", columns | {name: name for name in extras}, "contacts", joins)
    erased = forget_erased(engine, "incoming", batch.manifest, key) if "customer" in given else 0
    told = list(columns)
    tables = {"contacts": upsert(engine, batch, "contacts", "incoming", told)}
    if "score" in given:
        tables["responses"] = _bring_answers(engine, told, extras, batch)
    return tables, erased


def _bring_answers(engine: "DuckDBPyConnection", told: Sequence[str], extras: Sequence[str], batch: Batch) -> Met:
    settings = batch.manifest.settings
    moments = [name for name in ("answered_at", "ended_at", "started_at") if name in told]
    moment = f"coalesce({', '.join(moments)})"
    beside = [name for name in BESIDE if name in told]
    columns = {name: name for name in beside}
    columns |= {
        "source": "source",
        "external_id": "coalesce(response_id, external_id)" if "response_id" in extras else "external_id",
        "contact_source": "source",
        "contact": "external_id",
        "metric": "metric",
        "score": "score",
        "answered_at": moment,
        "status": "'complete'",
        "counted": "scored",
        "comment": "comment" if "comment" in extras else "null::varchar",
        "import_id": "import_id",
    }
    columns |= calendar(moment, settings.zone)
    carried = ("not_counted_reason", "survey", "survey_version", "survey_channel", "updated_at", "attributes")
    columns |= {name: name for name in carried if name in told}
    table_of(engine, "answers", columns, "incoming", "where score is not null")
    redact_comments(engine, "answers", keep_originals=settings.keep_originals)
    return upsert(engine, batch, "responses", "answers", [*columns, "comment_original"])
