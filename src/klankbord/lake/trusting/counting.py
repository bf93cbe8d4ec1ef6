"""The engine's part of a trust report: stages, reasons, cells and histograms, counted over any number of contacts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
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
ELIGIBLE = "eligible"
HANDLED = "(coalesce(answered, true) or coalesce(scored, false))"
"""Which contacts could be asked about: those recorded as such; where nobody recorded it, those not abandoned."""
Reasons = dict[str | None, int]
Flags = tuple[bool | None, ...]
_KINDS = ("rate", "expected", "handle")
_SUMS = ("n", "chosen", "total", "squares", "cubes", "chosen_total")


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
    # Contacts differ in few ways: one pass counts these ways, and the rest is done on them.
    ways = {
        **keys,
        **{stage: stage for stage in STAGES},
        "asked": "case when invited then null else not_asked_reason end",
        "out": "not_counted_reason",
    }
    whole, parts = _Sum(), dict[tuple[object, ...], _Sum]()
    for *way, n in counting.rows({**ways, "n": "count(*)"}, by=list(ways)):
        key, flags, reasons = tuple(way[: len(keys)]), tuple(way[len(keys) : -2]), way[-2:]
        for one in (whole, parts.setdefault(key, _Sum())):
            one.add(flags, reasons, int(n))
    return whole.funnel(level), {key: part.funnel(level) for key, part in parts.items()}


@dataclass(slots=True)
class _Sum:
    """Contacts added up into one funnel."""

    contacts: int = 0
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STAGES, 0))
    recorded: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STAGES, 0))
    not_asked: Reasons = field(default_factory=dict)
    not_counted: Reasons = field(default_factory=dict)

    def add(self, flags: Flags, reasons: Sequence[str | None], n: int) -> None:
        """Add `n` contacts that are alike: their stages, and why they were not asked or do not count."""
        self.contacts += n
        for stage, (came, recorded) in zip(STAGES, _came(flags), strict=True):
            self.counts[stage] += n * came
            self.recorded[stage] += n * recorded
        why_not, why_out = reasons
        invited = flags[STAGES.index("invited")]
        if invited is False or (invited is None and why_not is not None):
            self.not_asked[why_not] = self.not_asked.get(why_not, 0) + n
        if why_out is not None:
            self.not_counted[why_out] = self.not_counted.get(why_out, 0) + n

    def funnel(self, level: float) -> Funnel:
        """Return the funnel."""
        return funnel(
            self.counts,
            contacts=self.contacts,
            recorded=self.recorded,
            not_asked=self.not_asked,
            not_counted=self.not_counted,
            level=level,
        )


@cache
def _came(flags: Flags) -> tuple[tuple[bool, bool], ...]:
    """Return, for each stage, whether a contact came to it, and whether it was recorded of one that may have come."""
    found, passed = list[tuple[bool, bool]](), True
    for at, (stage, flag) in enumerate(zip(STAGES, flags, strict=True)):
        came = any(flags[at:])
        found.append((flag is not None and came, flag is not None and passed))
        # Opening is often not seen, so that it is no condition of what follows.
        if stage != "opened":
            passed = came or (flag is None and passed)
    return tuple(found)


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
            f"{kind}_cubes": f"sum(power(cast({sql} as double), 3))",
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
            **{part: _floats(found[f"{kind}_{part}"]) for part in _SUMS},
        )
        for kind in _KINDS
    }


def count_answers(
    counting: Counting, dimensions: Sequence[str], metric: str, askable: str = ELIGIBLE
) -> tuple[Any, Any]:
    """Return answers by dimensions and score, and contacts to ask about by the same dimensions; each as arrays."""
    keys = {name: f"coalesce(cast({column_sql(name)} as varchar), '(empty)')" for name in dimensions}
    scored = ["scored", f"metric = {literal(metric)}", "score is not null"]
    answers = counting.arrays({**keys, "score": "score", "n": "count(*)"}, where=scored, by=[*dimensions, "score"])
    return answers, counting.arrays({**keys, "n": "count(*)"}, where=[askable], by=list(dimensions))


def _floats(column: Any) -> Floats:
    return np.ma.filled(np.ma.asarray(column), 0).astype(np.float64)
