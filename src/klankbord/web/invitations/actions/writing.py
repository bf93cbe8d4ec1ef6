"""Many invitations, and contacts that were passed over, written down in one statement each."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from klankbord.web.contacts.staging import changed, moment_writer, quoted, staged
from klankbord.web.invitations.deciding import Decision
from klankbord.web.invitations.models import Invitation, Passed, new_public_id
from klankbord.web.invitations.reasons import REASONS
from klankbord.web.kernel.tenancy import here_id

_INVITED: Final = (
    *("public_id", "rule_id", "survey_id", "metric", "channel", "contact_id", "customer_id", "person", "recipient"),
    *("circumstances", "chance", "due_at", "asked_at"),
)
_SAME: Final = dict.fromkeys(("language", "reason", "message_id"), "''") | {
    "state": "'planned'",
    "tries": "0",
    "lake_version": "1",
    "projected_version": "0",
}
_TOLD: Final = json.JSONEncoder(ensure_ascii=False)
_PASSED: Final = ("contact_id", "rule_id", "eligible", "reason")


def write_invitations(decisions: Iterable[Decision], now: datetime) -> int:
    """Write down who is to be asked."""
    write = moment_writer()
    rows = []
    for one in decisions:
        if one.ask is None or one.asking is None:
            continue
        asking, told, due = one.asking, one.candidate, write(one.ask.at)
        values = _TOLD.encode(one.ask.values)
        rows.append(
            (
                *(new_public_id(), asking.id, asking.survey_id, asking.metric, asking.channel),
                *(told.id, told.customer_id, one.person, one.recipient, values, one.chance, due, due),
            )
        )
    constant = ", ".join(map(quoted, _SAME))
    return _insert(Invitation, _INVITED, rows, "planned_at", now, f"{constant}, ", f"{', '.join(_SAME.values())}, ")


def write_passed(decisions: Iterable[Decision], now: datetime) -> int:
    """Write down who is not asked, and why."""
    rows = [
        (one.candidate.id, one.asking.id if one.asking else None, REASONS[one.reason].is_eligible, one.reason)
        for one in decisions
        if one.reason
    ]
    return _insert(Passed, _PASSED, rows, "decided_at", now, "lake_version, projected_version, ", "1, 0, ")


def _insert(
    model: type[Invitation | Passed],
    columns: Sequence[str],
    rows: Sequence[Sequence[object]],
    moment: str,
    now: datetime,
    constant: str,
    values: str,
) -> int:
    if not rows:
        return 0
    table, listed = quoted(model._meta.db_table), ", ".join(map(quoted, columns))  # noqa: SLF001  Django's own door
    with staged(model, columns, rows) as came:
        return changed(
            f"insert into {table} (organisation_id, {moment}, {constant}{listed}) "  # noqa: S608  names are ours
            f"select %s, %s, {values}{listed} from {came}",
            [here_id(), moment_writer()(now)],
        )
