"""The engine's part of a trust report: stages, reasons, cells and histograms, counted over any number of contacts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from klankbord.frames import Floats
from klankbord.lake.engine import literal
from klankbord.lake.engines.local import LocalEngine
from klankbord.lake.questions.conditions import column_sql
from klankbord.lake.questions.planning import Plan, Scope
from klankbord.lake.store import Snapshot
from klankbord.trust import STAGES, Cells, Funnel, coded, funnel

RULED = (
    *("transferred", "abandoned", "automated", "opted_out", "no_address", "quarantine"),
    *("bounced", "do_not_contact", "open_complaint", "internal"),
)
"""Reasons for not asking that a rule gives and nobody can choose."""
Reasons = dict[str | None, int]
_KINDS = ("rate", "expected", "handle")


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """One snapshot, one scope over its contacts, one engine."""

    snapshot: Snapshot
    scope: Scope
    engine: LocalEngine

    def rows(self, columns: Mapping[str, str], *, where: Sequence[str] = (), by: Sequence[str] = ()) -> list[Any]:
        """Return grouped rows of contacts within the scope; `by` names the columns to group by."""
        return self.engine.rows(self._plan(columns, where, by), self.snapshot)

    def arrays(self, columns: Mapping[str, str], *, where: Sequence[str] = (), by: Sequence[str] = ()) -> Any:
        """Return the same as arrays by name."""
        return self.engine.arrays(self._plan(columns, where, by), self.snapshot)

    def _plan(self, columns: Mapping[str, str], where: Sequence[str], by: Sequence[str]) -> Plan:
        listed = ", ".join(f"{sql} as {name}" for name, sql in columns.items())
        rules = " and ".join((*self.scope.selection, *where))
        grouped = f" group by {', '.join(columns[name] for name in by)}" if by else ""
        sql = f"select {listed} from contacts" + (f" where {rules}" if rules else "") + grouped
        return Plan(table="contacts", months=self.scope.months, sql=sql, columns=tuple(columns))


def count_funnels(
    counting: Counting, by: Sequence[str], level: float
) -> tuple[Funnel, dict[tuple[object, ...], Funnel]]:
    """Return the funnel of all contacts, and of each group.

    A contact that came to a stage has come to all before it, also where nobody recorded them; and where a stage was not
    recorded, the next one is judged as if it had been passed. So a scored answer to a mail whose opening nobody saw
    counts, and a stage that was recorded for some only is told from one that few reached.
    """
    keys = {f"k{at}": column_sql(name) for at, name in enumerate(by)}
    stages = {"contacts": "count(*)"}
    for at, stage in enumerate(STAGES):
        came = " or ".join(f"coalesce({later}, false)" for later in STAGES[at:])
        stages[f"n{at}"] = f"sum(case when {stage} is not null and ({came}) then 1 else 0 end)"
        stages[f"r{at}"] = f"sum(case when {stage} is not null and {_passed(at - 1)} then 1 else 0 end)"
    why = {
        "asked": "case when coalesce(invited, false) then 'invited' else not_asked_reason end",
        "counted": "not_counted_reason",
    }
    reasons = counting.rows({**keys, **why, "n": "count(*)"}, by=[*keys, *why])
    rows = counting.rows({**keys, **stages}, by=list(keys)) if keys else []
    (whole,) = counting.rows(stages)
    parts = {
        key: _funnel(row[len(keys) :], _why(reasons, len(keys), key), level)
        for key, row in ((tuple(row[: len(keys)]), row) for row in rows)
    }
    return _funnel(whole, _why(reasons, len(keys), None), level), parts


def _passed(at: int) -> str:
    """Return SQL of a contact that may have come to a stage, as far as was recorded; opening is no condition."""
    if at < 0:
        return "true"
    if STAGES[at] == "opened":
        return _passed(at - 1)
    later = " or ".join(f"coalesce({stage}, false)" for stage in STAGES[at:])
    return f"({later} or ({STAGES[at]} is null and {_passed(at - 1)}))"


def _funnel(row: Sequence[Any], why: tuple[Reasons, Reasons], level: float) -> Funnel:
    contacts, *pairs = (int(cell or 0) for cell in row)
    counts = dict(zip(STAGES, pairs[::2], strict=True))
    recorded = dict(zip(STAGES, pairs[1::2], strict=True))
    not_asked, not_counted = why
    return funnel(
        counts, contacts=contacts, recorded=recorded, not_asked=not_asked, not_counted=not_counted, level=level
    )


def _why(rows: Sequence[Any], keys: int, key: Sequence[Any] | None) -> tuple[Reasons, Reasons]:
    asked, counted = Reasons(), Reasons()
    for row in rows:
        if key is not None and tuple(row[:keys]) != tuple(key):
            continue
        why_not, why_out, n = row[keys:]
        if why_not != "invited":
            asked[why_not] = asked.get(why_not, 0) + int(n)
        if why_out is not None:
            counted[why_out] = counted.get(why_out, 0) + int(n)
    return asked, counted


def count_cells(counting: Counting, who: str, chosen: str, *, where: Sequence[str]) -> dict[str, Cells]:
    """Return cells by agent or team, queue and month: for the rate, and with what was expected and how long it took.

    Handle times are compared as logarithms, since a few very long ones would drown all others.
    """
    signals = {"rate": "0", "expected": "prediction", "handle": "100 * ln(1 + handle_s)"}
    columns = {"who": column_sql(who), "queue": "queue", "month": "month"}
    for kind, sql in signals.items():
        there = "true" if kind == "rate" else f"({sql}) is not null"
        columns |= {
            f"{kind}_n": f"sum(case when {there} then 1 else 0 end)",
            f"{kind}_chosen": f"sum(case when {there} and {chosen} then 1 else 0 end)",
            f"{kind}_total": f"sum(cast({sql} as double))",
            f"{kind}_squares": f"sum(cast({sql} as double) * cast({sql} as double))",
            f"{kind}_chosen_total": f"sum(case when {chosen} then cast({sql} as double) else 0 end)",
        }
    found = counting.arrays(columns, where=[*where, f"{columns['who']} is not null"], by=("who", "queue", "month"))
    names, group = coded(found["who"].astype(object))
    stratum = coded([f"{queue}|{month}" for queue, month in zip(found["queue"], found["month"], strict=True)])[1]
    return {
        kind: Cells(
            groups=tuple(names),
            group=group,
            stratum=stratum,
            **{part: _floats(found[f"{kind}_{part}"]) for part in ("n", "chosen", "total", "squares", "chosen_total")},
        )
        for kind in _KINDS
    }


def count_answers(counting: Counting, dimensions: Sequence[str], metric: str) -> tuple[Any, Any]:
    """Return answers by dimensions and score, and eligible contacts by the same dimensions; each as arrays."""
    keys = {name: f"coalesce(cast({column_sql(name)} as varchar), '(empty)')" for name in dimensions}
    scored = ["scored", f"metric = {literal(metric)}", "score is not null"]
    answers = counting.arrays({**keys, "score": "score", "n": "count(*)"}, where=scored, by=[*dimensions, "score"])
    return answers, counting.arrays({**keys, "n": "count(*)"}, where=["eligible"], by=list(dimensions))


def _floats(column: Any) -> Floats:
    return np.ma.filled(np.ma.asarray(column), 0).astype(np.float64)
