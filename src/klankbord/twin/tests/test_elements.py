"""The five elements: their moments, and that an analyst can recover the paths."""

from dataclasses import replace

import numpy as np
import pytest

from klankbord.errors import OptionError
from klankbord.twin.elements import states, team_states
from klankbord.twin.happenings import exposure, happen, trainings
from klankbord.twin.organisation import organise
from klankbord.twin.parameters import CONDITIONS, ELEMENTS, Elements, Parameters, Path, stream
from klankbord.twin.presets import PRESETS


@pytest.fixture(scope="module")
def centre():
    preset = PRESETS["outsourcer"]
    return organise(preset, preset.parameters, agents=4800, days=30, rng=stream(1, "organisation"))


def within(series):
    """Take team means and month means out."""
    return series - series.mean(0, keepdims=True) - series.mean(1, keepdims=True) + series.mean()


def two_way(found, target, paths, lagged):
    """Regress an element on its causes and its own past, with team and month effects, errors clustered by team."""
    y = within(getattr(found, target)[:, 1:])
    columns = [within(getattr(found, path.source)[:, 1 - path.lag : -path.lag or None]) for path in paths]
    if lagged:
        columns.append(within(getattr(found, target)[:, :-1]))
    design = np.stack(columns, -1)
    bread = np.linalg.inv(np.einsum("itk,itl->kl", design, design))
    beta = bread @ np.einsum("itk,it->k", design, y)
    by_team = np.einsum("itk,it->ik", design, y - design @ beta)
    return beta, np.sqrt(np.diag(bread @ (by_team.T @ by_team) @ bread))


@pytest.mark.parametrize("target", ["pride", "behaviours", "value_drivers", "outcome"])
def test_two_way_fixed_effects_recover_the_paths(centre, target):
    found = states(Parameters(), centre, 240, stream(5, "elements"))
    paths = [path for path in Elements().paths if path.target == target]
    beta, error = two_way(found, target, paths, lagged=True)
    truth = np.array([*(path.coefficient for path in paths), Elements().persistence])
    # Own past has the bias of Nickell (1981), about (1 + persistence) / months; the paths share little of it.
    assert np.abs(beta - truth)[:-1] == pytest.approx(0, abs=4 * error[:-1].max() + 0.002)
    assert beta[-1] == pytest.approx(truth[-1], abs=0.015)
    assert error.max() < 0.01


def test_states_have_mean_zero_and_standard_deviation_one(centre):
    found = states(Parameters(), centre, 240, stream(5, "elements"))
    for name in (*CONDITIONS, *ELEMENTS):
        assert getattr(found, name).std() == pytest.approx(1, abs=0.04), name
        assert getattr(found, name).mean() == pytest.approx(0, abs=0.15), name


def test_elements_switched_off_are_unrelated_and_teams_alike(centre):
    found = states(Parameters().without("elements"), centre, 120, stream(5, "elements"))
    series = np.array([getattr(found, name).ravel() for name in (*CONDITIONS, *ELEMENTS)])
    assert np.corrcoef(series) == pytest.approx(np.eye(8), abs=0.03)
    # AR(1) with 0.4 has means over 120 months with sd sqrt(1.4 / 0.6 / 120) = 0.139, and nothing beyond it.
    assert found.pride.mean(1).std() == pytest.approx(0.139, abs=0.015)


def test_a_given_condition_is_kept_and_does_its_work(centre):
    incidents = np.zeros((len(centre.teams), 24))
    incidents[:, 12] = 3.0
    quiet = np.zeros_like(incidents)
    struck, calm = (
        states(Parameters(), centre, 24, stream(5, "elements"), given={"incidents": series})
        for series in (incidents, quiet)
    )
    assert (struck.incidents == incidents).all()
    assert (struck.value_drivers - calm.value_drivers)[:, 12] == pytest.approx(3 * -0.20)
    assert (struck.value_drivers - calm.value_drivers)[:, 13] == pytest.approx(0.4 * 3 * -0.20)
    assert (struck.pride == calm.pride).all()


def test_incidents_and_training_that_happened_move_the_states(centre):
    preset = PRESETS["outsourcer"]
    month_of_day = np.arange(730) // 31
    happened = happen(preset.parameters, centre, 730, stream(5, "happenings"))
    quiet = preset.parameters.without("happenings")
    struck, calm = (
        team_states(world, centre, happened, month_of_day, stream(5, "elements"))
        for world in (preset.parameters, quiet)
    )
    assert (struck.incidents == exposure(happened, centre, month_of_day, "incident")).all()
    trained = trainings(happened, centre, month_of_day) > 0
    lift = (struck.coaching - calm.coaching)[trained].mean() - (struck.coaching - calm.coaching)[~trained].mean()
    assert lift == pytest.approx(1, abs=0.1)
    assert np.corrcoef(calm.incidents.ravel(), struck.incidents.ravel())[0, 1] == pytest.approx(0, abs=0.05)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (Path(source="prid", target="behaviours", lag=0, coefficient=0.1), "names 'prid'"),
        (Path(source="pride", target="workload", lag=0, coefficient=0.1), "names 'workload'"),
        (Path(source="pride", target="outcome", lag=2, coefficient=0.1), "lag 2"),
        (Path(source="outcome", target="value_drivers", lag=0, coefficient=0.1), "circle"),
        (Path(source="pride", target="outcome", lag=0, coefficient=1.1), "more than all"),
    ],
)
def test_impossible_paths_are_refused(centre, path, words):
    elements = replace(Elements(), paths=(*Elements().paths, path))
    with pytest.raises(OptionError, match=words):
        states(replace(Parameters(), elements=elements), centre, 3, stream(1, "elements"))
