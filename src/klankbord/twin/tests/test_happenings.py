"""Events: how many, whom they touch, and that their effect is there while they last and nowhere else."""

from dataclasses import fields
from datetime import date

import numpy as np
import pytest

from klankbord.lake.schema import TABLES
from klankbord.twin.clock import Clock
from klankbord.twin.happenings import KINDS, Happened, effects, events_table, exposure, happen
from klankbord.twin.organisation import organise
from klankbord.twin.parameters import stream
from klankbord.twin.presets import PRESETS

DAYS = 730
PRESET = PRESETS["outsourcer"]


@pytest.fixture(scope="module")
def centre():
    return organise(PRESET, PRESET.parameters, agents=300, days=DAYS, rng=stream(1, "organisation"))


@pytest.fixture(scope="module")
def happened(centre):
    return happen(PRESET.parameters, centre, DAYS, stream(1, "happenings"))


def test_events_are_as_many_as_the_parameters_say(happened, centre):
    wanted = PRESET.parameters.happenings.incidents * len(centre.clients) * 2
    assert (happened.kind == KINDS.index("incident")).sum() == pytest.approx(wanted, abs=4 * wanted**0.5)
    assert (np.diff(happened.started_day) >= 0).all()
    assert happened.severity.min() >= 1
    assert happened.severity.max() <= 5


def alone(happened, event):
    """Return a world in which only one event happened."""
    columns = {each.name: getattr(happened, each.name) for each in fields(happened)}
    fading = columns.pop("fading_days")
    return Happened(fading_days=fading, **{name: values[event : event + 1] for name, values in columns.items()})


def test_effect_of_an_incident_lasts_as_long_as_the_incident(happened, centre):
    event = int(np.flatnonzero((happened.kind == KINDS.index("incident")) & (happened.queue >= 0))[0])
    experience, volume = effects(alone(happened, event), centre, DAYS)
    day, queue, hour = np.nonzero(experience)
    assert set(queue) == {happened.queue[event]}
    started = happened.started_day[event] * 24 + happened.started_s[event] // 3600
    ended = happened.ended_day[event] * 24 + happened.ended_s[event] // 3600
    assert (day * 24 + hour).tolist() == list(range(started, min(ended, DAYS * 24 - 1) + 1))
    assert experience[day, queue, hour] == pytest.approx(happened.experience[event])
    assert volume.max() == pytest.approx(1 + happened.volume[event])


def test_what_happens_to_a_team_is_felt_by_its_share_of_a_queue(happened, centre):
    event = int(np.flatnonzero(happened.kind == KINDS.index("staffing"))[0])
    experience, _ = effects(alone(happened, event), centre, DAYS)
    queue = int(np.flatnonzero((centre.queue_team == happened.team[event]).any(1))[0])
    assert experience[:, queue].min() == pytest.approx(happened.experience[event] / len(centre.teams_of(queue)))


def test_lasting_change_fades(happened, centre):
    event = int(np.flatnonzero(happened.kind == KINDS.index("price"))[0])
    experience, _ = effects(alone(happened, event), centre, DAYS)
    queue = int(np.flatnonzero(happened.scope(centre)[event])[0])
    start, hour = int(happened.started_day[event]), int(happened.started_s[event]) // 3600
    assert experience[start + 30, queue, hour] == pytest.approx(happened.experience[event] / np.e)
    assert not experience[:start].any()


def test_scope_of_a_client_touches_all_its_queues_and_no_other(happened, centre):
    event = int(np.flatnonzero(happened.kind == KINDS.index("price"))[0])
    touched = happened.scope(centre)[event]
    assert (touched == (centre.queue_client == happened.client[event])).all()


def test_happenings_switched_off_happen_without_effect(centre):
    quiet = PRESET.parameters.without("happenings")
    happened = happen(quiet, centre, DAYS, stream(1, "happenings"))
    experience, volume = effects(happened, centre, DAYS)
    assert len(happened)
    assert not experience.any()
    assert (volume == 1).all()


def test_exposure_is_highest_where_the_events_were(happened, centre):
    months = np.arange(DAYS) // 31
    met = exposure(happened, centre, months, "training")
    event = int(np.flatnonzero(happened.kind == KINDS.index("training"))[0])
    assert met.shape == (len(centre.teams), 24)
    assert met.std() == pytest.approx(1)
    assert met[happened.team[event], months[happened.started_day[event]]] > 0.5


def test_events_table_has_the_columns_of_the_lake(happened, centre):
    table = events_table(happened, centre, Clock.over(date(2024, 11, 1), DAYS))
    assert set(table.column_names) <= set(TABLES["events"].names)
    assert table.num_rows == len(happened)
    rows = table.to_pylist()
    assert {row["month"] for row in rows} <= {f"{row['day']:%Y-%m}" for row in rows}
    assert all(row["month"] == f"{row['day']:%Y-%m}" for row in rows)
    assert all(row["ended_at"] is None or row["ended_at"] > row["started_at"] for row in rows)
    assert [row["external_id"] for row in rows] == sorted({row["external_id"] for row in rows})
