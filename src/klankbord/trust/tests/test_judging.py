"""The verdict: every rule by itself, the worst one decides, and what is not known is said."""

from pathlib import Path

import pytest

from klankbord.score import from_counts, nps, silence_bounds, turning_point
from klankbord.trust import RULES, Finding, TrustReport, funnel, not_tested, verdict

SOLID = nps([10] * 500 + [8] * 300 + [2] * 200)
MOST = funnel({"sent": 1600, "scored": 1000}, contacts=1600)


def finding(code, touched, effect=None):
    return Finding(code=code, state="found", touched=touched, effect=effect, conclusion="c", limits="l")


def reasons(told):
    return {reason.rule: reason.grade for reason in told.reasons}


def test_a_number_without_a_fault_is_solid_and_says_what_was_not_looked_at():
    told = verdict(SOLID, funnel=MOST)
    assert told.grade == "solid"
    assert "choosing" in told.not_known
    assert told.records()[0]["verdict"] == "solid"


def test_a_number_of_which_nobody_knows_who_was_asked_is_never_solid():
    (reason,) = verdict(SOLID).reasons
    assert (reason.rule, reason.grade, reason.value) == ("response", "with care", None)
    assert reason.words.startswith("nobody recorded who was asked")


@pytest.mark.parametrize(
    ("given", "rule", "grade"),
    [
        ({"score": nps([10, 9, 3])}, "answers", "do not use"),
        ({"score": nps([10] * 12 + [3] * 8)}, "answers", "with care"),
        ({"score": nps([10] * 12 + [3] * 8)}, "margin", "do not use"),
        ({"funnel": funnel({"sent": 9000, "scored": 1000}, contacts=9000)}, "response", "with care"),
        ({"funnel": funnel({"sent": 2000}, contacts=2000, not_counted={"scanner": 100})}, "not_counted", "with care"),
        ({"funnel": funnel({"sent": 2000}, contacts=2000, not_counted={"scanner": 500})}, "not_counted", "do not use"),
        ({"weighted": nps([10] * 550 + [8] * 300 + [2] * 150)}, "silence", "with care"),
        ({"weighted": nps([10] * 400 + [8] * 200 + [2] * 400)}, "silence", "do not use"),
        ({"findings": [finding("fast_answers", 0.02)]}, "suspect", "with care"),
        ({"findings": [finding("lock_step", 0.2)]}, "suspect", "do not use"),
        ({"findings": [finding("selective_inviting", 0.03)]}, "choosing", "with care"),
        ({"findings": [finding("selective_inviting", 0.0)]}, "choosing", "do not use"),
        ({"findings": [finding("transfer_rate", 0.5)]}, "moving", "with care"),
        ({"findings": [finding("wording_change", 1.0)]}, "definition", "with care"),
        ({"findings": [finding("mix_shift", 1.0, effect=-4.0)]}, "mix", "with care"),
        ({"turning": turning_point(SOLID, than=27, population=9000)}, "turning", "with care"),
    ],
)
def test_each_rule_speaks_for_itself(given, rule, grade):
    told = verdict(given.pop("score", SOLID), **given)
    assert reasons(told)[rule] == grade
    assert told.reasons[0].grade == told.grade


def test_limits_themselves_are_still_good():
    assert "response" not in reasons(verdict(SOLID, funnel=funnel({"sent": 2000, "scored": 1000}, contacts=2000)))
    assert "answers" not in reasons(verdict(from_counts([[10] + [0] * 8 + [20, 0]])[0]))


def test_a_conclusion_that_nothing_can_turn_is_not_fragile():
    point = turning_point(SOLID, than=-90, population=1100)
    assert "turning" not in reasons(verdict(SOLID, turning=point))


def test_silence_is_told_as_a_doubt_and_not_counted_twice():
    told = verdict(SOLID, funnel=MOST, bounds=silence_bounds(SOLID, population=100_000))
    assert told.grade == "solid"
    assert [notice.code for notice in told.notices] == ["wide_silence"]


def test_a_test_that_was_not_made_is_not_known():
    assert "choosing" in verdict(SOLID, findings=[not_tested("inviting_rate", "w", needs="n")]).not_known


def test_every_rule_stands_in_the_documentation_with_its_limits():
    text = (Path(__file__).parents[4] / "docs/trust.md").read_text(encoding="utf-8")
    for rule in RULES:
        limits = [f"{limit:g}" if limit is not None else "–" for limit in (rule.care, rule.stop)]
        assert f"| `{rule.code}` | {rule.about} | {limits[0]} | {limits[1]} |" in text, rule.code


def test_a_report_holds_everything_as_plain_data():
    told = verdict(SOLID, funnel=MOST)
    findings = (finding("lock_step", 0.1), not_tested("x", "y", needs="z"))
    report = TrustReport(score=SOLID, verdict=told, findings=findings)
    data = report.to_dict()
    assert data["funnel"] is None
    assert [test["rows"][0]["test"] for test in data["tests"]] == ["lock_step", "x"]
    assert report.finding("x").state == "not tested"
    assert report.summary().splitlines() == ["NPS +30.0: solid", "c"]
