"""What is planted comes out: each tolerance is four standard errors of the estimate."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from klankbord.twin import Centre
from klankbord.twin.presets import preset_named

pytestmark = pytest.mark.slow  # simulations of up to 120,000 contacts
TELECOM = preset_named("telecom").parameters
ERRORS = 4


def share_is(flags, declared):
    """Whether a share is the declared one, within its standard error."""
    flags = np.asarray(flags, float)
    return abs(flags.mean() - declared) < ERRORS * np.sqrt(declared * (1 - declared) / len(flags))


def nps(scores, weights=None):
    """Return NPS and its standard error, of weighted scores if there are weights."""
    sides = (np.asarray(scores) >= 9) * 1.0 - (np.asarray(scores) <= 6)
    weights = np.ones(len(sides)) if weights is None else weights
    value = np.average(sides, weights=weights)
    variance = np.average((sides - value) ** 2, weights=weights)
    return 100 * value, 100 * np.sqrt(variance * (weights**2).sum()) / weights.sum()


def fit(y, *columns):
    """Return least-squares coefficients and standard errors, robust to unequal spread (White 1980, HC0)."""
    x = np.column_stack(columns).astype(float)
    bread = np.linalg.inv(x.T @ x)
    found = bread @ x.T @ y
    meat = (x * (y - x @ found)[:, None] ** 2).T @ x
    return found, np.sqrt(np.diag(bread @ meat @ bread))


def dummies(codes):
    _, place = np.unique(codes, return_inverse=True)
    return np.eye(place.max() + 1)[place]


# Without response, only the draw of who answers stands between the truth and what is observed.
def test_observed_is_true_where_answering_depends_on_nothing(simulate):
    lived = simulate(contacts=40_000, months=2, seed=11, without=("response", "asking", "scanners"))
    told = lived.truth.realised["nps"]["overall"]
    eligible = lived.column("eligible").astype(bool)
    true, _ = nps(lived.column("true_score")[eligible])
    observed, error = nps(lived.column("score")[lived.column("scored").astype(bool)])
    assert told["eligible"]["nps"] == pytest.approx(true)
    assert told["answered"]["nps"] == pytest.approx(observed)
    assert abs(observed - true) < ERRORS * error


def test_bias_of_the_observed_is_what_the_response_coefficients_imply(simulate):
    lived = simulate(contacts=120_000, months=2, seed=12, without=("scanners",))
    delivered = lived.column("delivered").astype(bool)
    score = lived.column("true_score")[delivered].astype(float)
    ages = lived.contacts["age_band"].chunk(0).dictionary.to_pylist()
    told, share = lived.truth.parameters["response"], preset_named("telecom").age_bands
    place = np.array([ages.index(age) for age in lived.column("age_band")[delivered]]) / (len(ages) - 1)
    mean_age = np.average(np.arange(len(ages)) / (len(ages) - 1), weights=[share[age] for age in ages])
    channel = np.array([told["survey_channel"].get(name, 0.0) for name in lived.column("survey_channel")[delivered]])
    odds = np.log(told["share"] / (1 - told["share"])) + channel + told["age_slope"] * (place - mean_age)
    odds += told["extreme"] * (np.abs(score - 7) - 2) + told["score_slope"] * (score - 7)
    expected, _ = nps(score, 1 / (1 + np.exp(-odds)))
    true, _ = nps(score)
    observed, error = nps(lived.column("score")[lived.column("scored").astype(bool)])
    assert abs(observed - expected) < ERRORS * error
    assert expected - true > ERRORS * error
    answered = lived.column("scored").astype(bool)[delivered]
    assert abs(answered.mean() - (1 / (1 + np.exp(-odds))).mean()) < ERRORS * np.sqrt(0.2 / len(answered))


def test_shares_are_as_declared(simulate):
    lived = simulate(contacts=40_000, months=2, seed=13, without=("response", "scanners"))
    asking, response = TELECOM.asking, TELECOM.response
    stage = {name: lived.column(name).astype(bool) for name in ("invited", "sent", "delivered", "scored")}
    free = stage["invited"] | (lived.column("not_asked_reason") == "not_sampled")
    assert share_is(stage["invited"][free], asking.sampled)
    assert share_is(stage["sent"][stage["invited"]], asking.sent)
    assert share_is(stage["delivered"][stage["sent"]], asking.delivered)
    # Answers that would come after the last day are not there: look at who was asked a month before.
    early = stage["delivered"] & (lived.column("invited_at") < np.nanmax(lived.column("invited_at")) - 30 * 86_400)
    assert share_is(stage["scored"][early], response.share)
    first = lived.column("leg") == 1
    handled = lived.column("handled_by")
    for channel, share in TELECOM.automation.first.items():
        mine = first & (lived.column("channel") == channel)
        if mine.any():
            assert share_is(handled[mine] == "automated", share * TELECOM.automation.contained)


def test_languages_are_those_of_the_mix():
    centre = Centre(contacts=20_000, months=1, seed=14, language_mix={"nl": 0.7, "de": 0.3})
    tables = [day.contacts.select(["customer", "language"]) for day in centre.days()]
    people = pa.concat_tables(tables).unify_dictionaries().group_by(["customer", "language"]).aggregate([])
    assert share_is(people["language"].cast(pa.string()).to_numpy(zero_copy_only=False) == "nl", 0.7)


def test_effects_on_experience_are_found(simulate):
    lived = simulate(contacts=60_000, months=2, seed=15, without=("happenings", "elements"))
    _, last, call = np.unique(lived.column("conversation")[::-1], return_index=True, return_inverse=True)
    last, call = len(call) - 1 - last, call[::-1]
    assert (lived.column("transfers")[last] == 0).all()
    # Live channels without machines: elsewhere waits count against what was promised, and machines add their own.
    live = np.isin(lived.column("channel"), ["phone", "chat"]) & (lived.column("handled_by") == "human")
    chosen = np.bincount(call, ~live) == 0

    def summed(name):
        return np.bincount(call, np.nan_to_num(lived.column(name)))[chosen]

    last = last[chosen]
    columns = {
        "wait": np.log2(1 + summed("wait_s") / 60),
        "unresolved": ~lived.column("true_resolved")[last],
        "transfer": lived.column("leg")[last] - 1,
        "skill_direct": lived.column("true_ability")[last],
    }
    subjects = np.char.add(lived.column("touchpoint")[last].astype(str), lived.column("channel")[last].astype(str))
    queues = np.char.add(subjects, np.minimum(lived.column("step")[last], 6).astype(str))
    y = lived.column("true_latent")[last].astype(float)
    found, errors = fit(y, *columns.values(), summed("holds"), dummies(queues))
    for name, value, error in zip(columns, found, errors, strict=False):
        declared = lived.truth.effects[name]
        assert abs(value - declared) < ERRORS * error, (name, value, error)
        assert abs(declared) > ERRORS * error, name


def lag_minus_lead(lived):
    """Return the carry-over as section 7 of the methods has it: lag minus lead, within agent and day."""
    people = lived.contacts["agent"].is_valid().to_numpy(zero_copy_only=False)
    agent = np.unique(lived.column("agent")[people].astype(str), return_inverse=True)[1]
    day = lived.column("day")[people].astype("datetime64[D]").astype(np.int64)
    moment = (lived.column("started_at") + np.nan_to_num(lived.column("wait_s")))[people]
    opening = lived.column("true_opening")[people].astype(float)
    y = lived.column("true_latent")[people].astype(float)
    started = lived.column("leg")[people] == 1
    order = np.lexsort((moment, agent, day))
    group = (day * 100_000 + agent)[order]
    o, y, started = opening[order], y[order], started[order]
    middle = np.flatnonzero((group[1:-1] == group[:-2]) & (group[1:-1] == group[2:]) & started[1:-1]) + 1
    _, own = np.unique(group[middle], return_inverse=True)
    columns = [y[middle], o[middle - 1], o[middle + 1], o[middle]]
    count = np.bincount(own)
    within = [column - (np.bincount(own, column) / count)[own] for column in columns]
    found, errors = fit(within[0], *within[1:])
    return found[0] - found[1], np.hypot(errors[0], errors[1])


@pytest.mark.parametrize("planted", [0.4, 0.0])
def test_carry_over_of_mood_is_found_as_planted(live, planted):
    mood = replace(TELECOM.mood, carry_over=planted)
    lived = live(Centre(contacts=25_000, months=1, seed=16, parameters=replace(TELECOM, mood=mood)))
    found, error = lag_minus_lead(lived)
    assert abs(found - planted) < ERRORS * error
    assert error < 0.06


def test_without_mood_nothing_is_carried_over(simulate):
    lived = simulate(contacts=25_000, months=1, seed=17, without=("mood",))
    found, error = lag_minus_lead(lived)
    assert abs(found) < ERRORS * error
    assert lived.truth.effects["mood_carry_over"] == 0
    assert not lived.column("true_agent_mood").any()


def agent_means(lived):
    people = lived.contacts["agent"].is_valid().to_numpy(zero_copy_only=False)
    names, place = np.unique(lived.column("agent")[people].astype(str), return_inverse=True)
    count = np.bincount(place)
    enough = count >= 150
    score = lived.column("true_latent")[people].astype(float)
    means = (np.bincount(place, score) / count)[enough]
    return names[enough], means, score.std() / np.sqrt(count[enough])


def test_skill_of_agents_is_found(simulate):
    lived = simulate(contacts=60_000, months=2, seed=18, agents=100, without=("elements",))
    names, means, _ = agent_means(lived)
    told = {agent["agent"]: agent["score_points"] for agent in lived.truth.agents}
    assert len(names) > 80
    assert np.corrcoef(means, [told[name] for name in names])[0, 1] > 0.85


def spread_beyond_chance(lived):
    """Return the mean squared deviation of agents from their team, in squared standard errors, and its freedom.

    Within a team, because its queues are its own: subjects differ where agents do not.
    """
    names, means, errors = agent_means(lived)
    teams = {agent["agent"]: agent["team"] for agent in lived.truth.agents}
    team = np.unique([teams[name] for name in names], return_inverse=True)[1]
    weight = 1 / errors**2
    centre = np.bincount(team, weight * means) / np.bincount(team, weight)
    free = len(names) - team.max() - 1
    return (weight * (means - centre[team]) ** 2).sum() / free, free


def test_agents_are_alike_where_they_should_be(simulate):
    off = ("agents", "elements", "happenings")
    lived = simulate(contacts=60_000, months=2, seed=18, agents=100, without=off)
    spread, free = spread_beyond_chance(lived)
    assert abs(spread - 1) < ERRORS * np.sqrt(2 / free)
    assert {agent["score_points"] for agent in lived.truth.agents} == {0.0}
    skilled = simulate(contacts=60_000, months=2, seed=18, agents=100, without=("elements",))
    assert spread_beyond_chance(skilled)[0] > 5


def test_predictions_see_as_much_of_the_truth_as_declared(live):
    plain = replace(
        TELECOM.predictions, bias=-0.5, bias_sd=0, insight_sd=0, insight_learned=0, bias_unlearned=0, noise=0.5
    )
    lived = live(Centre(contacts=20_000, months=1, seed=19, parameters=replace(TELECOM, predictions=plain)))
    prediction, truth = lived.columns("prediction", "true_score")
    known = ~np.isnan(prediction)
    p, t = prediction[known], truth[known].astype(float)
    found, errors = fit(p, t, np.ones(len(p)))
    assert abs(found[0] - plain.insight) < ERRORS * errors[0]
    assert lived.truth.realised["prediction_bias"] == pytest.approx((p - t).mean())
    # The mean that agents know is that of the days before, which moves by a tenth or so.
    assert abs((p - t).mean() - plain.bias) < 0.15
    assert share_is(known[lived.column("answered").astype(bool)], plain.share)


def test_without_predictions_they_are_noise_and_nothing_else_changes(simulate):
    with_them = simulate(contacts=10_000, months=1, seed=20)
    lived = simulate(contacts=10_000, months=1, seed=20, without=("predictions",))
    known = ~np.isnan(lived.column("prediction"))
    r = np.corrcoef(lived.column("prediction")[known], lived.column("true_score")[known])[0, 1]
    assert abs(r) < ERRORS / np.sqrt(known.sum())
    others = [name for name in lived.contacts.column_names if name != "prediction"]
    assert lived.contacts.select(others).equals(with_them.contacts.select(others))


def test_churn_is_as_declared_and_follows_experience(simulate):
    lived = simulate(contacts=60_000, months=6, seed=21)
    outcomes = lived.aside["outcomes"]
    customer = np.array(outcomes["customer"].to_pylist())
    left = set(customer[outcomes["churned"].to_numpy(zero_copy_only=False)])
    leaves = np.array([who in left for who in lived.column("customer")])
    felt = lived.column("true_latent").astype(float)
    gap = felt[leaves].mean() - felt[~leaves].mean()
    assert gap < -ERRORS * felt.std() / np.sqrt(len(set(lived.column("customer")[leaves])))
    still = simulate(contacts=60_000, months=6, seed=21, without=("value",)).aside["outcomes"]
    assert share_is(still["churned"].to_numpy(zero_copy_only=False), TELECOM.value.churn)


def test_who_left_does_not_come_back(simulate):
    lived = simulate(contacts=60_000, months=6, seed=21)
    outcomes = lived.aside["outcomes"]
    churned = outcomes.filter(outcomes["churned"])
    left = dict(zip(churned["customer"].to_pylist(), churned["month"].cast(pa.string()).to_pylist(), strict=True))
    assert len(left) > 500
    later = [
        who for who, month in zip(lived.column("customer"), lived.column("month"), strict=True)
        if who in left and month > left[who]
    ]  # fmt: skip
    assert not later


def test_truth_counts_what_the_tables_hold(world):
    realised = world.truth.realised
    overall = realised["nps"]["overall"]
    assert overall["eligible"]["n"] == world.column("eligible").sum()
    assert overall["counted"]["n"] == world.column("scored").sum()
    assert overall["counted"]["n"] == world.responses["counted"].to_numpy(zero_copy_only=False).sum()
    assert realised["counts"]["legs"] == world.contacts.num_rows == world.truth.tables["contacts"]
    months = realised["nps"]["by_month"]
    assert list(months) == sorted(set(world.column("month")))[: len(months)]
    assert sum(month["eligible"]["n"] for month in months.values()) == overall["eligible"]["n"]
