"""Erlang's formulas against published and simulated figures, and waits drawn against the formulas."""

import csv
import heapq

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klankbord.twin.organisation import organise
from klankbord.twin.parameters import stream
from klankbord.twin.presets import PRESETS
from klankbord.twin.queueing import (
    draw_replies,
    draw_waits,
    erlang_a,
    erlang_b,
    erlang_c,
    headcount,
    mean_handle_s,
    service_level,
    staffing,
)

RATE, HANDLE, PATIENCE = 100 / 1800, 180.0, 120.0


@pytest.fixture
def cases(shared):
    with (shared / "fixtures/erlang/cases.csv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def test_erlang_c_agrees_with_the_published_figures(cases):
    rows = [row for row in cases if row["model"] == "C"]
    agents = np.array([int(row["agents"]) for row in rows])
    waiting = erlang_c(arrivals_per_s=RATE, handle_s=HANDLE, agents=agents)
    assert waiting.p_wait == pytest.approx([float(row["p_wait"]) for row in rows], abs=1e-6)
    assert waiting.mean_wait_s == pytest.approx([float(row["asa_sec"]) for row in rows], abs=1e-3)
    level = 1 - waiting.p_wait * np.exp(-(agents / HANDLE - RATE) * 20)
    assert level == pytest.approx([float(row["sl_20s"]) for row in rows], abs=1e-6)


def test_erlang_a_agrees_with_the_reference_figures(cases):
    rows = [row for row in cases if row["model"] == "A"]
    load = {
        "arrivals_per_s": RATE,
        "handle_s": HANDLE,
        "agents": np.array([int(row["agents"]) for row in rows]),
        "patience_s": PATIENCE,
    }
    waiting = erlang_a(**load)
    assert waiting.p_wait == pytest.approx([float(row["p_wait"]) for row in rows], abs=6e-6)
    assert waiting.p_abandon == pytest.approx([float(row["p_abandon"]) for row in rows], abs=6e-6)
    assert waiting.mean_wait_s == pytest.approx([float(row["asa_sec"]) for row in rows], abs=6e-3)
    assert service_level(within_s=20, **load) == pytest.approx([float(row["sl_20s"]) for row in rows], abs=6e-6)


def test_erlang_b_agrees_with_the_recurrence_far_into_overload():
    loads = np.array([8.0, 20.0, 40.0, 900.0, 3000.0])
    inverse = np.ones(5)
    for agents in range(1, 101):
        inverse = 1 + inverse * agents / loads
    assert erlang_b(loads, 100) == pytest.approx(1 / inverse, rel=1e-9)


def chain(rate, handle, agents, patience, states=20_000):
    """Return p_wait and p_abandon of the birth-death chain itself."""
    j = np.arange(1, states)
    out = np.minimum(j, agents) / handle + np.maximum(j - agents, 0) / patience
    log = np.concatenate([[0], np.cumsum(np.log(rate / out))])
    share = np.exp(log - log.max())
    share /= share.sum()
    queue = np.maximum(np.arange(states) - agents, 0)
    return share[agents:].sum(), share @ queue / patience / rate


@given(
    st.integers(1, 200), st.floats(0.05, 4.0), st.floats(60, 1500), st.floats(10, 900)
)  # from idle to fourfold overload
def test_erlang_a_agrees_with_the_chain_for_any_load(agents, occupancy, handle, patience):
    rate = occupancy * agents / handle
    p_wait, p_abandon = chain(rate, handle, agents, patience)
    waiting = erlang_a(arrivals_per_s=rate, handle_s=handle, agents=agents, patience_s=patience)
    assert float(waiting.p_wait) == pytest.approx(p_wait, abs=1e-7)
    assert float(waiting.p_abandon) == pytest.approx(p_abandon, abs=1e-7)


def simulate_calls(rng, calls, agents):
    """Return wait and abandonment of calls that go through a line one by one."""
    arrival = np.cumsum(rng.exponential(1 / RATE, calls))
    work, patience = rng.exponential(HANDLE, calls), rng.exponential(PATIENCE, calls)
    free = [0.0] * agents
    waits, gone = np.zeros(calls), np.zeros(calls, bool)
    for call in range(calls):
        wait = max(free[0] - arrival[call], 0.0)
        gone[call] = wait > patience[call]
        waits[call] = min(wait, patience[call])
        if not gone[call]:
            heapq.heapreplace(free, arrival[call] + wait + work[call])
    return waits, gone


@pytest.mark.parametrize("agents", [8, 10, 14])
def test_drawn_waits_have_the_distribution_of_simulated_calls(agents):
    waits, gone = draw_waits(
        stream(3, "waits"), cell=np.zeros(200_000, int), arrivals_per_s=np.array([RATE]),
        handle_s=np.array([HANDLE]), agents=np.array([agents]), patience_s=PATIENCE,
    )  # fmt: skip
    calls, lost = simulate_calls(stream(4, "calls"), 120_000, agents)
    # Calls of one line depend on each other: the bounds are wide for them, and narrow against the formula.
    assert gone.mean() == pytest.approx(lost.mean(), abs=0.01)
    assert waits[~gone].mean() == pytest.approx(calls[~lost].mean(), abs=1.0)
    assert np.quantile(waits, [0.5, 0.8, 0.95]) == pytest.approx(np.quantile(calls, [0.5, 0.8, 0.95]), abs=4)
    truth = erlang_a(arrivals_per_s=RATE, handle_s=HANDLE, agents=agents, patience_s=PATIENCE)
    assert gone.mean() == pytest.approx(float(truth.p_abandon), abs=4 * np.sqrt(0.2 / 200_000))
    assert waits.mean() == pytest.approx(float(truth.mean_wait_s), abs=4 * waits.std() / np.sqrt(200_000))
    within = service_level(arrivals_per_s=RATE, handle_s=HANDLE, agents=agents, patience_s=PATIENCE, within_s=20)
    assert ((waits <= 20) & ~gone).mean() == pytest.approx(float(within), abs=4 * np.sqrt(0.25 / 200_000))


def test_drawn_waits_are_finite_for_idle_and_flooded_cells():
    waits, gone = draw_waits(
        stream(3, "waits"), cell=np.repeat([0, 1, 2], 20_000), arrivals_per_s=np.array([0.0, 1e-3, 60.0]),
        handle_s=np.full(3, 300.0), agents=np.array([1.0, 900.0, 5.0]), patience_s=200.0,
    )  # fmt: skip
    assert np.isfinite(waits).all()
    assert not waits[:40_000].any()
    assert gone[40_000:].mean() == pytest.approx(1 - 5 / (60 * 300), abs=0.001)


def test_staffing_without_error_keeps_the_square_root_rule():
    preset = PRESETS["telecom"]
    parameters = preset.parameters
    centre = organise(preset, parameters, agents=60, days=30, rng=stream(1, "organisation"))
    expected = np.full((30, len(centre.queues), 24), 40.0)
    planned = staffing(parameters, centre, expected, stream(1, "staffing"))
    load = 40 * mean_handle_s(parameters, centre) / 3600
    wanted = np.maximum(load + parameters.queueing.service_grade * np.sqrt(load), 2)
    assert planned.mean((0, 2)) == pytest.approx(wanted, rel=0.05)
    assert planned.min() >= 2


def test_headcount_gives_agents_a_plausible_day():
    preset = PRESETS["telecom"]
    centre = organise(preset, preset.parameters, agents=60, days=30, rng=stream(1, "organisation"))
    agents = headcount(preset.parameters, centre, contacts=1_000_000, days=730)
    assert 25 < 1_000_000 / 730 / (agents * 0.82 * 5 / 7) < 90


def test_replies_come_later_when_the_day_is_busier_than_planned():
    queueing = PRESETS["bank"].parameters.queueing
    planned = draw_replies(stream(1, "replies"), queueing, "email", np.ones(5000))
    busy = draw_replies(stream(1, "replies"), queueing, "email", np.full(5000, 1.5))
    assert np.median(planned) == pytest.approx(7 * 3600, rel=0.05)
    assert busy == pytest.approx(2.25 * planned)
