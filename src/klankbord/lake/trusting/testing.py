"""The tests of a lake: cells of choosing from the engine, answers as rows, and what cannot be tested and why."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from klankbord.errors import ColumnError
from klankbord.frames import Floats
from klankbord.lake.columns import Columns, columns_of
from klankbord.lake.engine import literal
from klankbord.lake.questions import Condition
from klankbord.lake.questions.conditions import column_sql
from klankbord.lake.questions.doubts import unattributed
from klankbord.lake.trusting.counting import RULED, Counting, count_cells
from klankbord.score import Measure
from klankbord.trust import (
    Finding,
    cells_of,
    fast_answers,
    level_of_each,
    lock_step,
    not_tested,
    rates,
    repeated_customers,
    scale_change,
    selection,
    wording_change,
)

if TYPE_CHECKING:
    from klankbord.lake.store import Snapshot

Where = str | Condition | Sequence[str | Condition]
Places = NDArray[np.int64]
_US = 1e6
_OPEN = (
    "eligible",
    f"(not_asked_reason is null or not_asked_reason not in ({', '.join(map(literal, RULED))}))",
)
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "inviting_rate": ("invited",),
    "selective_inviting": ("invited", "prediction"),
    "inviting_by_handle_time": ("invited", "handle_s"),
    "transfer_rate": ("transfers",),
    "selective_transferring": ("transfers", "prediction"),
}
_NOBODY: Mapping[str, str] = {
    "agent": "nobody recorded who handled the contacts",
    "team": "nobody recorded which team handled the contacts",
    "invited": "nobody recorded who was asked",
    "transfers": "nobody recorded which contacts were handed on",
    "prediction": "no agent wrote down what they expected",
    "handle_s": "nobody recorded how long contacts took",
}
_ANSWERS = ("contact_source", "contact", "customer", "agent", "score", "answered_at", "survey_version", "month")
_CONTACTS = ("source", "external_id", "agent", "invited_at", "survey_channel")


def tests_of_choosing(counting: Counting, level: float) -> Iterator[Finding]:
    """Test who was invited and who was handed on, by agent, or by team where agents are not told apart."""
    attribution = counting.snapshot.settings.attribution
    who = next((name for name in ("agent", "team") if not [*unattributed([name], attribution)]), None)
    if who is None:
        for code in ("inviting_rate", "selective_inviting", "transfer_rate"):
            yield not_tested(code, f"the attribution level {attribution!r} tells nobody apart", needs="agents or teams")
        return
    missing = _unrecorded(counting, who)
    invited = count_cells(counting, who, "coalesce(invited, false)", where=_OPEN)
    handed = count_cells(counting, who, "coalesce(transfers, 0) > 0", where=("answered",))
    tests: Mapping[str, Callable[[], Finding]] = {
        "inviting_rate": lambda: rates(invited["rate"], "inviting_rate", level=level),
        "selective_inviting": lambda: selection(invited["expected"], "selective_inviting", level=level),
        "inviting_by_handle_time": lambda: selection(invited["handle"], "inviting_by_handle_time", level=level),
        "transfer_rate": lambda: rates(handed["rate"], "transfer_rate", level=level),
        "selective_transferring": lambda: selection(
            handed["expected"], "selective_transferring", against="colleagues", level=level
        ),
    }
    for code, test in tests.items():
        lacking = next((column for column in (*_NEEDED[code], who) if column in missing), None)
        yield test() if lacking is None else not_tested(code, _NOBODY[lacking], needs=f"the column {lacking}")


def _unrecorded(counting: Counting, who: str) -> set[str]:
    """Return the columns that the tests need and that no contact fills."""
    names = [who, *(name for name in _NOBODY if name not in {"agent", "team"})]
    (counts,) = counting.rows({name: f"count({column_sql(name)})" for name in names})
    return {name for name, count in zip(names, counts, strict=True) if not count}


def tests_of_answers(
    snapshot: "Snapshot", measure: Measure, where: Where, period: str | None, level: float
) -> Iterator[Finding]:
    """Test the answers themselves: how fast, whose, in what order, to which question."""
    asked = (where,) if isinstance(where, str | Condition) else tuple(where)
    mine = (*asked, f"metric={measure.name}", "counted=true")
    answers = columns_of(snapshot, _ANSWERS, table="responses", where=mine, period=period)
    scores, moments = answers["score"], _seconds(answers["answered_at"])
    contacts, each = _contacts(snapshot, asked), level_of_each(level)
    place = _places(answers, contacts) if contacts else None
    yield _fast(answers, contacts, place, measure, each)
    yield not_tested("all_links", "single clicks are not in the lake", needs="a log of clicks")
    yield repeated_customers(answers["customer"], scores, measure, level=each)
    yield lock_step(scores, moments, level=each)
    yield wording_change(answers["survey_version"], scores, moments, measure, level=level)
    yield scale_change(answers["month"], scores, measure, level=each)
    yield _shed(answers, contacts, place, each)


def _contacts(snapshot: "Snapshot", where: Sequence[str | Condition]) -> Columns | None:
    # Answers come after their contact, so that a period of answers needs the contacts of any time.
    try:
        return columns_of(snapshot, _CONTACTS, where=(*where, "scored=true"))
    except ColumnError:  # a condition that only answers know
        return None


def _places(answers: Columns, contacts: Columns) -> Places:
    """Return the place of each answer's contact; -1 where there is none."""
    at = {key: place for place, key in enumerate(zip(contacts["source"], contacts["external_id"], strict=True))}
    keys = zip(answers["contact_source"], answers["contact"], strict=True)
    return np.fromiter((at.get(key, -1) for key in keys), np.int64, answers.rows)


def _fast(
    answers: Columns,
    contacts: Columns | None,
    place: Places | None,
    measure: Measure,
    level: float,
) -> Finding:
    if contacts is None or place is None or not (place >= 0).any():
        return not_tested("fast_answers", "it is not known when customers were asked", needs="contacts with invited_at")
    asked = _seconds(contacts["invited_at"])[place]
    seconds = np.where(place >= 0, _seconds(answers["answered_at"]) - asked, np.nan)
    # On the line itself everybody answers within seconds.
    slow = (place >= 0) & (contacts["survey_channel"][place] != "ivr")
    return fast_answers(seconds[slow], answers["score"][slow], measure, level=level)


def _shed(
    answers: Columns,
    contacts: Columns | None,
    place: Places | None,
    level: float,
) -> Finding:
    if contacts is None or place is None or not (place >= 0).any():
        return not_tested("shed_ratings", "answers are not tied to contacts", needs="contacts with their agent")
    asked, answered = contacts["agent"][place], answers["agent"]
    both = (place >= 0) & np.array([one is not None for one in asked]) & np.array([one is not None for one in answered])
    if not both.any():
        return not_tested("shed_ratings", "agents are not told apart", needs="the agent at asking and at answering")
    moved = asked != answered
    if not (moved & both).any():
        n = int(both.sum())
        return Finding(
            code="shed_ratings", state="nothing seen", effect=0.0, unit="% of answers", n=n,
            conclusion=f"Nothing seen: all {n:,} answers stand with the agent about whom was asked.",
            limits="A contact that was given to another before anybody was asked is not seen here.",
        )  # fmt: skip
    cells = cells_of(asked[both], moved[both], signal=answers["score"][both])
    return selection(cells, "shed_ratings", level=level)


def _seconds(moments: NDArray[np.datetime64]) -> Floats:
    return np.where(np.isnat(moments), np.nan, moments.astype(np.int64) / _US)
