"""Queue intervals: every contact counts once, in the half hour in which it was offered."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klankbord.lake.schema import TABLES
from klankbord.twin.clock import Clock
from klankbord.twin.intervals import interval_table
from klankbord.twin.organisation import organise
from klankbord.twin.parameters import stream
from klankbord.twin.presets import PRESETS

CLOCK = Clock.over(date(2025, 3, 28), 5)
BANK = PRESETS["bank"]
CENTRE = organise(BANK, BANK.parameters, agents=40, days=5, rng=stream(1, "organisation"))
STAFFED = np.arange(len(CENTRE.queues) * 24, dtype=float).reshape(-1, 24)


def table_of_day(contacts, day=0):
    queue, second, answered, wait, handle = (np.array(column) for column in zip(*contacts, strict=True))
    return interval_table(
        CENTRE, CLOCK, day, queue=queue, second=second, answered=answered, abandoned=~answered,
        wait_s=wait, handle_s=handle, staffed=STAFFED,
    )  # fmt: skip


def test_contacts_are_counted_where_they_were_offered():
    rows = table_of_day(
        [(0, 36_000, True, 10, 300), (0, 37_799, True, 500, 200), (0, 37_800, False, 90, 0), (3, 0, True, 5, 60)]
    ).to_pylist()
    assert len(rows) == 3
    first, second, other = rows
    assert (first["hour"], first["offered"], first["answered"], first["within_threshold"]) == (10, 2, 2, 1)
    assert (first["wait_total_s"], first["handle_total_s"], first["staffed"]) == (510, 500, STAFFED[0, 10])
    assert (second["hour"], second["offered"], second["abandoned"], second["wait_total_s"]) == (10, 1, 1, 0)
    assert first["started_at"].isoformat() == "2025-03-28T09:00:00+00:00"
    assert (second["started_at"] - first["started_at"]).total_seconds() == 1800
    assert (other["queue"], other["client"]) == (CENTRE.queues[3], "Meridiaan Bank")
    assert {row["month"] for row in rows} == {"2025-03"}


def test_summer_time_moves_the_instants_and_not_the_hours():
    before, after = (table_of_day([(0, 36_000, True, 10, 300)], day).to_pylist()[0] for day in (1, 2))
    assert before["hour"] == after["hour"] == 10
    assert (after["started_at"] - before["started_at"]).total_seconds() == 23 * 3600


seconds = st.integers(1, 900)
contact = st.tuples(st.integers(0, len(CENTRE.queues) - 1), st.integers(0, 86_399), st.booleans(), seconds, seconds)


@given(st.lists(contact, min_size=1, max_size=60))
def test_nothing_is_lost_and_nothing_counted_twice(contacts):
    table = table_of_day(contacts)
    sums = {
        name: sum(table.column(name).to_pylist()) for name in ("offered", "answered", "abandoned", "handle_total_s")
    }
    assert sums["offered"] == len(contacts) == sums["answered"] + sums["abandoned"]
    assert sums["handle_total_s"] == sum(handle for *_, answered, _, handle in contacts if answered)
    rows = table.to_pylist()
    assert all(row["within_threshold"] <= row["answered"] <= row["offered"] for row in rows)
    keys = [tuple(row[name] for name in TABLES["queue_intervals"].key) for row in rows]
    assert len(set(keys)) == len(keys)


def test_threshold_is_that_of_the_queue():
    queue = int(np.flatnonzero(CENTRE.queue_threshold_s == CENTRE.queue_threshold_s.max())[0])
    row = table_of_day([(queue, 0, True, int(CENTRE.queue_threshold_s[queue]), 60)]).to_pylist()[0]
    assert row["within_threshold"] == 1
    assert row["threshold_s"] == pytest.approx(28_800)
