"""Pulses and indicators: they measure the states, and nobody can be found in them."""

from dataclasses import replace
from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from klankbord.lake.schema import TABLES
from klankbord.twin.clock import Clock
from klankbord.twin.elements import states
from klankbord.twin.employees import INDICATORS, QUESTIONS, indicator_table, pulse_table
from klankbord.twin.organisation import organise
from klankbord.twin.parameters import ELEMENTS, Parameters, stream
from klankbord.twin.presets import PRESETS

DAYS = 730
CLOCK = Clock.over(date(2024, 11, 1), DAYS)


@pytest.fixture(scope="module")
def centre():
    preset = PRESETS["telecom"]
    return organise(preset, preset.parameters, agents=3000, days=DAYS, rng=stream(1, "organisation"))


@pytest.fixture(scope="module")
def found(centre):
    return states(Parameters(), centre, 24, stream(5, "elements"))


def month_of_pulse(parameters, centre, found, month):
    return pulse_table(parameters, centre, found, CLOCK, month, stream(1, "pulses", month))


def team_means(table, question, centre):
    rows = table.select(["team", "question", "score"]).to_pandas()
    rows = rows[rows["question"] == question]
    return rows.groupby("team", observed=True)["score"].mean().reindex(centre.teams).to_numpy()


def test_pulse_has_the_columns_of_the_lake_and_no_key_of_a_person(centre, found):
    table = month_of_pulse(Parameters(), centre, found, 0)
    assert set(table.column_names) <= set(TABLES["pulses"].names)
    assert not {"agent", "customer", "contact"} & set(table.column_names)
    ids = table.column("external_id").to_pylist()
    assert len(set(ids)) == len(ids)
    # Rows lie in the order of ids that are random, so that questions follow each other at random too.
    follows = np.array([QUESTIONS.index(each) for each in table.column("question").to_pylist()])
    assert (np.diff(follows) == 1).mean() == pytest.approx(1 / len(QUESTIONS), abs=0.01)
    assert set(table.column("month").to_pylist()) == {"2024-11"}


@pytest.mark.parametrize("question", ["enps", "pride_1", "behaviours_4", "value_drivers_3", "outcome_2"])
def test_answers_of_a_team_follow_its_state(centre, found, question):
    table = pa.concat_tables([month_of_pulse(Parameters(), centre, found, month) for month in range(3)])
    element = "pride" if question == "enps" else question.rpartition("_")[0]
    truth = getattr(found, element)[:, :3].mean(1)
    assert np.corrcoef(team_means(table, question, centre), truth)[0, 1] > 0.85
    other = "influencers" if element != "influencers" else "outcome"
    assert abs(np.corrcoef(team_means(table, question, centre), getattr(found, other)[:, :3].mean(1))[0, 1]) < 0.6


def test_response_falls_with_workload(centre, found):
    parameters = Parameters()
    steep = replace(parameters, pulse=replace(parameters.pulse, response_workload=-0.6))
    for world, wanted in ((steep, -0.1), (parameters.without("pulse"), None)):
        share = answered_share(world, centre, found)
        slope = np.polyfit(found.workload[:, 0], share, 1)[0]
        assert slope < wanted if wanted else abs(slope) < 0.03
    assert share.mean() == pytest.approx(parameters.pulse.response, abs=0.03)


def answered_share(world, centre, found):
    table = month_of_pulse(world, centre, found, 0).select(["team", "question"]).to_pandas()
    answers = table[table["question"] == "enps"].groupby("team", observed=True).size().reindex(centre.teams).to_numpy()
    employed = np.bincount(centre.agent_team[centre.employed(14)], minlength=len(centre.teams))
    return np.nan_to_num(answers) / employed


def test_same_seed_gives_the_same_rows_whatever_else_is_switched_off(centre, found):
    tables = [
        month_of_pulse(world, centre, found, 4) for world in (Parameters(), Parameters().without("mood", "value"))
    ]
    assert tables[0].equals(tables[1])
    assert not tables[0].equals(month_of_pulse(Parameters(), centre, found, 5))


def test_quarterly_pulse_is_silent_between(centre, found):
    quarterly = replace(Parameters(), pulse=replace(Parameters().pulse, every_months=3))
    rows = [month_of_pulse(quarterly, centre, found, month).num_rows for month in range(6)]
    assert [bool(many) for many in rows] == [True, False, False] * 2


def test_pulse_scores_lie_on_their_scales(centre, found):
    table = month_of_pulse(Parameters(), centre, found, 3).to_pandas()
    assert (table["score"] >= table["scale_low"]).all()
    assert (table["score"] <= table["scale_high"]).all()
    assert set(table.loc[table["question"] == "enps", "metric"]) == {"enps"}
    assert table.loc[table["question"] != "enps", "metric"].isna().all()
    assert set(table.loc[table["question"] == "pride_1", "score"]) == {1, 2, 3, 4, 5}


def test_indicators_measure_their_states_as_well_as_their_answers_allow(centre, found):
    table = indicator_table(centre, found, CLOCK, 2, stream(1, "indicators", 2)).to_pandas()
    assert set(table["element"]) == set(ELEMENTS)
    for indicator in INDICATORS:
        rows = table[(table["indicator"] == indicator.name) & (table["level"] == "team")].set_index("unit")
        value, answers = rows.loc[list(centre.teams), ["value", "answers"]].to_numpy(float).T
        truth = indicator.level + indicator.slope * getattr(found, indicator.state)[:, 2]
        inside = (truth > 2) & (truth < 99.3)
        off = ((value - truth) / (indicator.noise / np.sqrt(answers)))[inside & (value > 0) & (value < 100)]
        assert off.mean() == pytest.approx(0, abs=0.3), indicator.name
        assert off.std() == pytest.approx(1, abs=0.15), indicator.name


def test_levels_are_means_of_teams_weighted_by_answers(centre, found):
    table = indicator_table(
        centre, found, CLOCK, 2, stream(1, "indicators", 2),
        realised={"nps": ("outcome", np.arange(len(centre.teams), dtype=float), np.full(len(centre.teams), 10.0))},
    ).to_pandas()  # fmt: skip
    nps = table[table["indicator"] == "nps"].set_index(["level", "unit"])
    assert nps.loc[("all", "all"), "value"] == pytest.approx((len(centre.teams) - 1) / 2)
    assert nps.loc[("all", "all"), "answers"] == 10 * len(centre.teams)
    site = centre.sites[1]
    assert nps.loc[("site", site), "value"] == pytest.approx(np.flatnonzero(centre.team_site == 1).mean())
