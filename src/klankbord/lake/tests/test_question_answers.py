"""Answers against the same rows counted in plain Python, for every measure, and against numbers worked out by hand."""

import json
from collections import defaultdict
from datetime import date, timedelta
from math import sqrt

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import stats

from klankbord.errors import OptionError
from klankbord.lake.questions import DEFINITIONS, Answer, Question, ask
from klankbord.score import MEASURES, compare, compare_many, from_counts, nps, trend

LAST = date(2026, 6, 24)


def threshold(row):
    return 20 if row["threshold_s"] is None else row["threshold_s"]


def moved_on(row):
    return row["answered"] and not row["transfers"] and row["customer"] and row["day"] <= LAST - timedelta(days=7)


def unrepeated(row):
    after = row["next_contact_after_s"]
    return after is None or after >= 7 * 86_400


# Each share again, as a reader of its definition would write it: which rows, and which of them are good.
SHARES = {
    "invitation_rate": (lambda row: row["eligible"], lambda row: row["invited"]),
    "sending_rate": (lambda row: row["invited"], lambda row: row["sent"]),
    "delivery_rate": (lambda row: row["sent"], lambda row: row["delivered"]),
    "open_rate": (lambda row: row["delivered"] and row["opened"] is not None, lambda row: row["opened"]),
    "start_rate": (lambda row: row["delivered"], lambda row: row["started"]),
    "response_rate": (lambda row: row["sent"], lambda row: row["scored"]),
    "comment_rate": (lambda row: row["scored"], lambda row: row["commented"]),
    "service_level": (
        lambda row: row["offered"] and not (row["answered"] and row["wait_s"] is None),
        lambda row: row["answered"] and row["wait_s"] <= threshold(row),
    ),
    "service_level(30)": (
        lambda row: row["offered"] and not (row["answered"] and row["wait_s"] is None),
        lambda row: row["answered"] and row["wait_s"] <= 30,
    ),
    "abandonment": (lambda row: row["offered"], lambda row: row["abandoned"]),
    "transfer_rate": (lambda row: row["answered"], lambda row: row["transfers"]),
    "first_contact_resolution": (moved_on, unrepeated),
}
DURATIONS = {
    "average_speed_of_answer": (lambda row: row["answered"], "wait_s", np.mean),
    "wait_time": (lambda row: row["offered"], "wait_s", np.mean),
    "wait_time_median": (lambda row: row["offered"], "wait_s", np.median),
    "wait_time_p90": (lambda row: row["offered"], "wait_s", lambda values: np.quantile(values, 0.9)),
    "handle_time": (lambda row: row["answered"], "handle_s", np.mean),
    "handle_time_median": (lambda row: row["answered"], "handle_s", np.median),
    "handle_time_p90": (lambda row: row["answered"], "handle_s", lambda values: np.quantile(values, 0.9)),
}
TEAMS = ["Ghent", "Köln & co", "Liège", None]


def grouped(rows, *names):
    groups = defaultdict(list)
    for row in rows:
        groups[tuple(row[name] for name in names)].append(row)
    return groups


def test_every_measure_is_checked_here():
    scores = {name for name, definition in DEFINITIONS.items() if definition.kind == "score"}
    assert {*scores, *SHARES, *DURATIONS, "prediction_gap"} - {"service_level(30)"} == set(DEFINITIONS)


@pytest.mark.parametrize("measure", SHARES)
def test_share_is_counted_as_its_definition_says(centre, centre_rows, measure):
    counts, good = SHARES[measure]
    answer = ask(f"{measure} by team", centre)
    rows = [row for row in centre_rows["contacts"] if counts(row)]
    assert [key for (key,) in answer.keys] == TEAMS
    for (team,), mine in grouped(rows, "team").items():
        assert (answer[team].n, answer[team].good) == (len(mine), sum(bool(good(row)) for row in mine))
    assert answer.n == len(rows)
    low, high = stats.binomtest(int(answer.total.good), answer.n).proportion_ci(method="wilson")
    assert answer.total.interval.low == pytest.approx(100 * low, abs=1e-6)
    assert answer.total.interval.high == pytest.approx(100 * high, abs=1e-6)


@pytest.mark.parametrize("measure", DURATIONS)
def test_duration_is_that_of_its_rows(centre, centre_rows, measure):
    counts, column, statistic = DURATIONS[measure]
    answer = ask(f"{measure} by team", centre)
    rows = [row for row in centre_rows["contacts"] if counts(row) and row[column] is not None]
    for (team,), mine in grouped(rows, "team").items():
        assert answer[team].n == len(mine)
        assert answer[team].value == pytest.approx(statistic([row[column] for row in mine]))
    assert answer.total.value == pytest.approx(statistic([row[column] for row in rows]))


@pytest.mark.parametrize("measure", ["nps", "csat", "ces", "csat_good_bad", "csat_freshdesk"])
def test_score_is_that_of_the_answers_that_count(centre, centre_rows, measure):
    answer = ask(f"{measure} by team, channel", centre)
    rows = [row for row in centre_rows["responses"] if row["metric"] == measure and row["counted"]]
    levels = MEASURES[measure].levels
    for key, mine in grouped(rows, "team", "channel").items():
        counts = [sum(row["score"] == level for row in mine) for level in levels]
        assert answer[key] == from_counts(counts, MEASURES[measure])[0]
    assert sum(row.n for row in answer.rows) == answer.n == len(rows)


def test_enps_is_that_of_the_pulses(centre, centre_rows):
    answer = ask("enps by team per quarter", centre)
    rows = [row for row in centre_rows["pulses"] if row["metric"] == "enps"]
    mine = [
        row["score"] for row in rows if row["team"] == "Ghent" and row["month"] in {"2025-10", "2025-11", "2025-12"}
    ]
    assert answer[date(2025, 10, 1), "Ghent"].value == pytest.approx(nps(mine).value)
    assert answer.n == len(rows)


def test_prediction_gap_is_the_mean_of_the_differences(centre, centre_rows):
    answer = ask("prediction_gap by channel", centre)
    rows = [
        row
        for row in centre_rows["responses"]
        if row["metric"] == "nps" and row["counted"] and row["prediction"] is not None
    ]
    for (channel,), mine in grouped(rows, "channel").items():
        gaps = [row["prediction"] - row["score"] for row in mine]
        low, high = stats.t.interval(0.95, len(gaps) - 1, np.mean(gaps), np.std(gaps, ddof=1) / sqrt(len(gaps)))
        assert answer[channel].value == pytest.approx(np.mean(gaps))
        assert (answer[channel].interval.low, answer[channel].interval.high) == pytest.approx((low, high))


@pytest.mark.parametrize(
    ("condition", "keeps"),
    [
        ("channel=phone", lambda row: row["channel"] == "phone"),
        ("channel=phone|chat", lambda row: row["channel"] in {"phone", "chat"}),
        ("team!=Ghent", lambda row: row["team"] != "Ghent"),
        ('team!="Köln & co"|Ghent', lambda row: row["team"] not in {"Köln & co", "Ghent"}),
        ("team is empty", lambda row: row["team"] is None),
        ("team is not empty", lambda row: row["team"] is not None),
        ("wait_s>=50 and wait_s<55.5", lambda row: row["wait_s"] is not None and 50 <= row["wait_s"] < 55.5),
        ("scored=yes", lambda row: row["scored"]),
        ("day<=2026-02-10 and day>2026-01-20", lambda row: date(2026, 1, 20) < row["day"] <= date(2026, 2, 10)),
        ("attributes.plan=gold", lambda row: dict(row["attributes"]).get("plan") == "gold"),
        ('attributes.plan="it\'s ""new"""', lambda row: dict(row["attributes"]).get("plan") == 'it\'s "new"'),
        ("attributes.plan is empty", lambda row: not row["attributes"]),
    ],
)
def test_condition_keeps_the_rows_that_it_names(centre, centre_rows, condition, keeps):
    expected = sum(bool(keeps(row)) and row["offered"] for row in centre_rows["contacts"])
    assert 0 < expected < 2400
    assert ask(f"abandonment where {condition}", centre).n == expected


@pytest.mark.parametrize(
    ("period", "filters"),
    [
        ("2026-02", ""),
        ("2025-Q4", ""),
        ("2026-02-10..2026-04-02", "and day between date '2026-02-10' and date '2026-04-02'"),
        ("2026-03-15..", "and day >= date '2026-03-15'"),
        ("..2025-03-09", "and day <= date '2025-03-09'"),
        ("2026", ""),
        ("..2025-03", ""),
    ],
)
def test_period_counts_its_days_and_reads_its_months_only(centre, centre_rows, period, filters):
    answer = ask(f"abandonment in {period}", centre)
    span = answer.scope.span
    mine = [row for row in centre_rows["contacts"] if span.first <= row["day"] <= span.last and row["offered"]]
    months = {row["month"] for row in mine}
    assert answer.n == len(mine)
    assert set(answer.question["months_read"]) == months
    assert answer.question["rows_read"] == sum(row["month"] in months for row in centre_rows["contacts"])
    assert answer.scope.plan.sql.endswith(filters)
    assert ("day" in answer.scope.plan.sql) == bool(filters)


@pytest.mark.parametrize(
    ("grain", "key"),
    [
        ("hour", lambda row: row["hour"]),
        ("weekday", lambda row: f"{row['day']:%A}"),
        ("day", lambda row: row["day"]),
        ("week", lambda row: row["day"] - timedelta(days=row["day"].weekday())),
        ("month", lambda row: row["day"].replace(day=1)),
        ("quarter", lambda row: date(row["day"].year, (row["day"].month - 1) // 3 * 3 + 1, 1)),
        ("year", lambda row: date(row["day"].year, 1, 1)),
    ],
)
def test_grain_cuts_time_as_the_calendar_does(centre, centre_rows, grain, key):
    answer = ask(f"abandonment by channel per {grain}", centre)
    expected = defaultdict(int)
    for row in centre_rows["contacts"]:
        if row["offered"]:
            expected[key(row), row["channel"]] += 1
    assert {key: row.n for key, row in zip(answer.keys, answer.rows, strict=True)} == expected


def test_weekdays_stand_in_the_order_of_the_week(centre):
    assert [key[0] for key in ask("abandonment per weekday", centre).keys] == [
        "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
    ]  # fmt: skip


def test_series_has_the_trend_of_the_score_room(centre, centre_rows):
    answer = ask("nps per month", centre)
    rows = [row for row in centre_rows["responses"] if row["metric"] == "nps" and row["counted"]]
    expected = trend({"score": [row["score"] for row in rows], "date": [row["day"] for row in rows]}, every="month")
    assert answer.trend.periods == expected.periods
    assert [one.counts for one in answer.trend.scores] == [one.counts for one in expected.scores]
    assert answer.trend.slope.value == pytest.approx(expected.slope.value)
    assert answer.to_dict()["trend"]["slope"]["verdict"] == expected.slope.verdict


def test_compare_previous_is_the_comparison_of_the_two_periods(centre, centre_rows):
    answer = ask("nps by channel in 2026-Q1 compare previous", centre)
    rows = [row for row in centre_rows["responses"] if row["metric"] == "nps" and row["counted"]]

    def score_of(first, last, channel=None):
        return nps(
            [row["score"] for row in rows if first <= row["month"] <= last and channel in {None, row["channel"]}]
        )

    for place, (channel,) in enumerate(answer.keys):
        now, before = score_of("2026-01", "2026-03", channel), score_of("2025-10", "2025-12", channel)
        expected = compare(now, before)
        mine = answer.comparisons[place]
        assert (mine.value, mine.p_value) == pytest.approx((expected.value, expected.p_value))
        assert (mine.interval.low, mine.interval.high) == pytest.approx((expected.interval.low, expected.interval.high))
        assert mine.p_adjusted >= mine.p_value
    whole = compare(score_of("2026-01", "2026-03"), score_of("2025-10", "2025-12"))
    assert answer.total_comparison.value == pytest.approx(whole.value)


def test_compare_rest_is_compare_many(centre, centre_rows):
    answer = ask("nps by channel compare rest", centre)
    rows = [row for row in centre_rows["responses"] if row["metric"] == "nps" and row["counted"]]
    columns = {name: [row[name] for row in rows] for name in ("score", "channel")}
    expected = compare_many(nps(columns, by="channel"))
    assert [one.p_adjusted for one in answer.comparisons] == pytest.approx([one.p_adjusted for one in expected.rows])


@pytest.mark.parametrize("measure", ["handle_time", "handle_time_median", "handle_time_p90", "prediction_gap"])
def test_compare_rest_of_amounts_is_the_comparison_with_all_others(centre, measure):
    answer = ask(f"{measure} by channel compare rest", centre)
    for (channel,), compared in zip(answer.keys, answer.comparisons, strict=True):
        others = ask(f"{measure} where channel!={channel}", centre)
        assert compared.b.n == others.n
        assert compared.b.value == pytest.approx(others.total.value)
        assert compared.value == pytest.approx(answer[channel].value - others.total.value)
        assert (compared.p_value <= 0.05) == (0 not in compared.interval)


def test_months_of_last_year_stand_beside_those_of_this_year(centre):
    answer = ask("abandonment in 2026-01..2026-03 per month compare last year", centre)
    assert [key[0] for key in answer.keys] == [date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)]
    for (month,), compared in zip(answer.keys, answer.comparisons, strict=True):
        assert compared.b.n == ask(f"abandonment in 2025-{month:%m}", centre).n


def test_weeks_without_counterpart_count_in_the_total_only(centre):
    answer = ask("abandonment in 2026-02 per week compare 2026-03..2026-04", centre)
    assert len(answer) == 5
    shown = sum(one.b.n for one in answer.comparisons)
    assert shown < answer.total_comparison.b.n == ask("abandonment in 2026-03..2026-04", centre).n


DIMENSIONS = st.lists(st.sampled_from(["team", "channel", "segment", "agent", "hour", "step"]), max_size=3, unique=True)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    measure=st.sampled_from(sorted(DEFINITIONS)),
    by=DIMENSIONS,
    grain=st.sampled_from([None, "weekday", "week", "quarter"]),
    period=st.sampled_from([None, "2026", "2025-11-05..2026-02-11", "last 2 quarters"]),
)
def test_groups_add_up_to_the_total(centre, measure, by, grain, period):
    known = measure != "enps"
    asked = Question.of(
        measure,
        by=[name for name in by if known or name == "team"],
        grain=grain if known or grain == "quarter" else None,
        period=period if known or period != "2025-11-05..2026-02-11" else None,
    )
    answer, whole = ask(asked, centre), ask(Question.of(measure, period=asked.period), centre)
    assert sum(row.n for row in answer.rows) == answer.n == whole.n
    assert answer.total == whole.total
    assert answer.groups == len(set(answer.keys))


def test_equal_questions_have_equal_answers(centre):
    one, other = (ask(text, centre) for text in ("nps by team in 2026-Q1", "nps in 2026-01..2026-03 by team"))
    assert one == other
    assert one != ask("nps by team in 2026-Q2", centre)


def test_answer_carries_its_question(centre):
    answer = ask("service_level(30) by team where channel=phone in last 2 months compare previous", centre)
    told = json.loads(json.dumps(answer.to_dict(), allow_nan=False))
    assert told["question"]["text"] == str(answer.scope.question)
    assert Question.from_query(told["question"]["query"]) == answer.scope.question
    assert told["question"]["period"] == {"asked": "last 2 months", "first": "2026-05-01", "last": "2026-06-30"}
    assert told["question"]["compared_with"]["first"] == "2026-03-01"
    assert "within 30 seconds" in told["question"]["measure"]["definition"]
    assert told["question"]["where"] == ["channel is phone"]
    assert told["rows"][0]["by"] == {"team": "Ghent"}
    assert {"n", "value", "low", "high", "in time", "other", "difference", "verdict"} <= set(told["rows"][0])


def test_answer_has_the_views_of_every_result(centre):
    answer = ask("handle_time_median by team per quarter", centre)
    frame = answer.to_frame("polars")
    assert frame.columns[:3] == ["quarter", "team", "n"]
    assert frame.height == len(answer) == answer.groups
    assert answer.summary().splitlines()[1].startswith("2025-Q1 · Ghent: ")
    assert "Median handle time" in answer._repr_html_()
    assert type(answer.plot()).__name__ == "LayerChart"
    with pytest.raises(KeyError):
        answer["nowhere"]


def test_best_first_goes_by_what_is_good(centre):
    fast, many = (ask("abandonment by agent", centre).arranged(order, 3) for order in ("best", "most"))
    values = [row.value for row in ask("abandonment by agent", centre).rows]
    assert [row.value for row in fast.rows] == sorted(values)[:3]
    assert (len(fast), fast.groups) == (3, 12)
    assert "order_of_chance" in {notice.code for notice in fast.notices}
    assert "order_of_chance" not in {notice.code for notice in many.notices}
    assert [row.n for row in many.rows] == sorted(row.n for row in ask("abandonment by agent", centre).rows)[:-4:-1]
    gaps = ask("prediction_gap by channel", centre).arranged("best").rows
    assert [abs(row.value) for row in gaps] == sorted(abs(row.value) for row in gaps)
    with pytest.raises(OptionError, match="no order"):
        many.arranged("prettiest")
    with pytest.raises(OptionError, match="cannot be shown"):
        many.arranged(limit=0)


def test_answer_type_is_public(centre):
    assert isinstance(ask("nps", centre.snapshot()), Answer)
