"""Agents, teams and sites compared, out of a lake or of files: which rows count, and which circumstances."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from klankbord.errors import ColumnError, DataError, OptionError
from klankbord.fairness import Rule, Standings, standings
from klankbord.lake.columns import Array, Columns, columns_of
from klankbord.lake.questions import Condition, Period
from klankbord.lake.readers.contact_records import ContactRecords
from klankbord.lake.readers.drops import left_out
from klankbord.lake.readers.responses import Responses
from klankbord.score import NPS, Measure, measure_named

if TYPE_CHECKING:
    from klankbord.lake.store import Lake, Snapshot

CIRCUMSTANCES = ("queue", "touchpoint", "reason", "channel", "language", "hour", "leg")
"""What agents do not choose, and what is taken out of their scores unless told otherwise.

The leg is among them because whoever is handed on is less content. Where people meet the queues of others in such
contacts only, the queue would be blamed for it, and everybody who serves it be praised.
"""
_SHARED = {"contact": "conversation", "order": "leg", "talk": "talk_s"}
_LEGS = tuple(_SHARED.values())
_MOMENTS = ("answered_at", "started_at")


def standings_of(
    source: "Lake | Snapshot | Responses | ContactRecords",
    *,
    by: str = "agent",
    case_mix: Sequence[str] | None = None,
    measure: Measure | str | None = None,
    where: str | Condition | Iterable[str | Condition] = (),
    period: str | Period | None = None,
    rule: Rule = "equal",
    **options: Any,
) -> Standings:
    """Compare agents, teams or sites as `klankbord.fairness.standings` does, with the rows of a lake or of files.

    Parameters
    ----------
    source : Lake, Snapshot, Responses or ContactRecords
        A lake, or what `read` or `read_contacts` returned.
    by : str
        Column with the agent, team or site.
    case_mix : sequence of str, optional
        Circumstances to take out; of `CIRCUMSTANCES` those that are filled when not given.
    measure : Measure or str, optional
        What was asked; NPS of a lake, what the file holds of a file.
    where, period : conditions and period, optional
        Which answers of a lake count, as `ask` takes them. Earlier legs of these contacts bear their share whatever the
        conditions say of them.
    rule : {"equal", "talk", "last"}
        How the score of a contact is divided over those who handled its legs.
    **options
        target, least, level, draws and seed of `standings`.

    Raises
    ------
    OptionError
        When the lake's attribution level does not tell agents or teams apart.
    ColumnError, DataError
        As `standings` and `columns_of`.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from klankbord.lake import read
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "answers.csv")
    ...     _ = path.write_text("score,agent" + chr(10) + (chr(10).join(["9,mila", "3,mila", "8,jan", "10,jan"] * 4)))
    ...     found = standings_of(read(path))
    >>> [(key, row.n, row.raw) for key, row in found]
    [(('jan',), 8, 50.0), (('mila',), 8, 0.0)]
    """
    usual = CIRCUMSTANCES if case_mix is None else tuple(case_mix)
    held = source.measure if isinstance(source, Responses | ContactRecords) else None
    settled = measure_named(measure or held or NPS)
    asked = [where] if isinstance(where, str | Condition) else [*where]
    if isinstance(source, Responses | ContactRecords):
        names = _there(source, usual) if case_mix is None else usual
        legs = [name for name in _LEGS if name in source.columns] if isinstance(source, ContactRecords) else []
        when = _there(source, _MOMENTS)[:1]
        taken = columns_of(source, [by, "score", *legs, *when, *names], where=asked, period=period)
        rows: Mapping[str, Array] = taken
    else:
        asked = [*asked, "scored=true", f"metric={settled.name}"]
        taken, rows = _of_lake(source, [by, "score", "started_at", *_LEGS, *usual], asked, period)
        _refuse_unattributed(taken, by)
        if not taken.rows:
            hint = "take a longer period, or another measure or condition"
            raise DataError(f"the lake holds no {settled.title} answer to compare by", hint=hint)
    shared: dict[str, Any] = {
        option: name for option, name in _SHARED.items() if name in rows and "conversation" in rows
    }
    shared["moment"] = next((name for name in _MOMENTS if name in rows), None)
    mix = _filled(rows, by) if case_mix is None else [name for name in case_mix if name != by]
    found = standings(rows, by=by, case_mix=mix, measure=settled, rule=rule, **shared, **options)
    notices = tuple(notice for notice in taken.notices if notice.code != "not_attributed")
    notices += left_out(source.drops) if isinstance(source, Responses | ContactRecords) else ()
    told = {name: value for name, value in taken.question.items() if name not in {"columns", "rows"}}
    return replace(found, question={**found.question, **told}, notices=(*notices, *found.notices))


def _of_lake(
    source: "Lake | Snapshot", names: Sequence[str], where: Sequence[str | Condition], period: str | Period | None
) -> tuple[Columns, dict[str, Array]]:
    """Take the legs that bear scores, and beside them the earlier legs of the same contacts."""
    snapshot: Snapshot = source.snapshot() if hasattr(source, "snapshot") else source
    names = tuple(dict.fromkeys(names))
    scored = columns_of(snapshot, names, where=where, period=period)
    earlier = columns_of(snapshot, names, where=["transfers>0", "scored!=true"], period=period)
    contacts = set(scored["conversation"].tolist()) - {None}
    belongs = np.array([contact in contacts for contact in earlier["conversation"].tolist()], dtype=bool)
    return scored, {name: np.concatenate([earlier[name][belongs], scored[name]]) for name in names}


def _there(source: Responses | ContactRecords, names: Sequence[str]) -> list[str]:
    """Return which of the usual columns, which nobody named, a file has."""
    found = list[str]()
    for name in names:
        try:
            columns_of(source, [name])
        except ColumnError:
            continue
        found.append(name)
    return found


def _filled(rows: Mapping[str, Array], by: str) -> list[str]:
    """Return which of the usual circumstances have two values or more."""
    return [name for name in CIRCUMSTANCES if name != by and name in rows and _varies(rows[name])]


def _varies(column: Array) -> bool:
    kept = (
        column[~np.isnan(column)].tolist() if column.dtype.kind == "f" else [cell for cell in column.tolist() if cell]
    )
    return len(set(kept)) > 1


def _refuse_unattributed(columns: Columns, by: str) -> None:
    for notice in columns.notices:
        if notice.code == "not_attributed" and notice.data["column"] == by:
            hint = "compare teams instead: by='team'" if by == "agent" else "the levels are those of docs/lake.md"
            raise OptionError(notice.message, hint=hint, case=notice.code, **notice.data)
