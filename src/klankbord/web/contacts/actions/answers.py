"""Answers that stand in contact records, as rows of the lake: contacts go by the register, answers straight on."""

from typing import TYPE_CHECKING, Final

from klankbord.lake import ContactRecords
from klankbord.lake.engine import literal, quoted

if TYPE_CHECKING:
    from pyarrow import Table

_CARRIED: Final = (
    "customer",
    "comment",
    "not_counted_reason",
    "survey",
    "survey_version",
    "survey_channel",
    "updated_at",
)


def answers_in(records: ContactRecords, zone: str) -> "tuple[Table, frozenset[str]]":
    """Return the answers, and the months in which they and the contacts that they are about may lie already.

    A state of a contact that was told before can have put its answer into any month since the contact began.
    """
    given = records.columns
    moments = [name for name in ("answered_at", "ended_at", "started_at") if name in given]
    told = {
        "source": "source",
        "external_id": "coalesce(response_id, external_id)" if "response_id" in given else "external_id",
        "contact_source": "source",
        "contact": "external_id",
        "metric": "metric",
        "score": "score",
        "answered_at": f"coalesce({', '.join(moments)})",
        "status": "'complete'",
        "counted": "not_counted_reason is null" if "not_counted_reason" in given else "true",
    }
    told |= {name: quoted(name) for name in _CARRIED if name in given}
    listed = ", ".join(f"{sql} as {quoted(name)}" for name, sql in told.items())
    answered = "from contacts where score is not null"
    engine = records.engine.cursor()
    rows = engine.sql(f"select {listed} {answered}").to_arrow_table()
    local = f"timezone({literal(zone)}, started_at)"
    until = f"timezone({literal(zone)}, now()) + interval 1 month"
    found = engine.execute(
        f"select distinct strftime(unnest(range(date_trunc('month', min({local})), {until}, interval 1 month)), "
        f"'%Y-%m') {answered}"
    ).fetchall()
    return rows, frozenset(month for (month,) in found)


def unanswered_in(records: ContactRecords) -> list[tuple[str, str, str]]:
    """Return under which keys answers would stand of contacts that have none."""
    metric = records.measure.name if records.measure else ""
    found = records.query("select source, external_id from contacts where score is null")
    return [(source, external_id, metric) for source, external_id in found]
