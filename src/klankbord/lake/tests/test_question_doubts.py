"""The doubts that an answer carries, each where it belongs and nowhere else."""

from datetime import date

import pyarrow as pa
import pytest

from klankbord.lake import Lake, columns_of
from klankbord.lake.questions import ask


def codes(answer):
    return {notice.code for notice in answer.notices}


def notice(answer, code):
    (found,) = (one for one in answer.notices if one.code == code)
    return found


def test_quiet_question_has_no_doubt(centre):
    assert not ask("abandonment by channel in 2025-Q4", centre).notices


def test_answers_that_do_not_count_are_told(centre, centre_rows):
    rows = [row for row in centre_rows["responses"] if row["metric"] == "nps" and not row["counted"]]
    assert notice(ask("nps", centre), "not_counted").data == {"count": len(rows)}
    assert "not_counted" not in codes(ask("nps where counted=true", centre))


def test_change_of_wording_is_told_with_its_month(centre):
    found = notice(ask("nps in 2026-02..2026-04", centre), "wording_changed")
    assert found.data["versions"] == [{"version": "1", "from": "2026-02"}, {"version": "2", "from": "2026-03"}]
    assert "wording_changed" not in codes(ask("nps in 2026-04..2026-05", centre))
    assert ask("nps in 2026-02..2026-04 per month", centre).reworded == (date(2026, 3, 1),)
    assert ask("nps in 2026-04..2026-05 per month", centre).reworded == ()
    assert "wording_changed" in codes(ask("nps in 2026-04 compare 2026-01", centre))


def test_edges_of_the_data_are_told(centre):
    assert "2026-06-24" in notice(ask("abandonment in 2026-Q2", centre), "partial_period").message
    assert "2025-01-06" in notice(ask("abandonment in 2025-Q1", centre), "partial_period").message
    assert "partial_period" not in codes(ask("abandonment", centre))
    assert "from 2026-02-10 on" in ask("abandonment in 2026-02-10..2026-03-31 per month", centre).notices[0].message


def test_months_without_data_are_told(centre):
    assert notice(ask("abandonment in 2025", centre), "incomplete_data").data == {"months": ["2025-08"]}
    assert "incomplete_data" not in codes(ask("abandonment in 2026", centre))


def test_repeats_that_cannot_be_known_yet_are_told(centre):
    assert notice(ask("first_contact_resolution(14)", centre), "repeat_unknown").data["until"] == "2026-06-10"
    assert "repeat_unknown" not in codes(ask("first_contact_resolution in 2026-Q1", centre))


def test_small_groups_are_counted(centre):
    answer = ask("nps by agent in 2026-05", centre)
    few = sum(row.n < 5 for row in answer.rows)
    assert notice(answer, "small_groups").data == {"groups": few, "of": len(answer)}
    assert [row.value is None for row in answer.rows] == [row.n < 5 for row in answer.rows]


def test_question_about_nothing_is_answered_with_nothing(centre):
    for text in ("nps in 2031 by team", "nps where team=nowhere", "handle_time_p90 in 2031", "csat_good_bad by team"):
        answer = ask(text, centre)
        assert (answer.n, answer.total.value, "no_data" in codes(answer)) == (0, None, True)
        assert "too few" in answer.summary()


def test_empty_lake_answers_with_nothing(tmp_path):
    lake = Lake.create(tmp_path / "lake")
    answer = ask("service_level by queue in last 3 months per month compare previous", lake)
    assert (answer.n, len(answer), codes(answer)) == (0, 0, {"no_data"})


def test_lake_that_tells_no_agents_apart_says_so(tmp_path):
    lake = Lake.create(tmp_path / "lake")
    assert "not_attributed" in codes(ask("nps by agent", lake))
    assert "not_attributed" not in codes(ask("nps by team", lake))


def test_series_that_is_too_long_has_no_trend(tmp_path):
    lake = Lake.create(tmp_path / "lake")
    days = [date.fromordinal(date(2025, 1, 1).toordinal() + at) for at in range(401)]
    rows = {"metric": ["nps"] * 401, "score": [9] * 401, "counted": [True] * 401, "day": days}
    with lake.writing() as batch:
        batch.append("responses", pa.table({**rows, "month": [f"{day:%Y-%m}" for day in days]}))
    answer = ask("nps per day", lake)
    assert (answer.trend, notice(answer, "long_series").data) == (None, {"periods": 401})
    assert ask("nps per week", lake).trend is not None


def test_the_last_months_are_the_same_whichever_table_is_asked(tmp_path):
    """Contacts of today have no answers yet: rates and scores beside each other are of the same days all the same."""
    lake = Lake.create(tmp_path / "lake")
    answered, today = (
        [date(2026, 9, 20), date(2026, 10, 30)],
        [date(2026, 9, 20), date(2026, 10, 30), date(2026, 11, 2)],
    )
    with lake.writing() as batch:
        for table, days in (("responses", answered), ("contacts", today)):
            rows = {"day": days, "month": [f"{day:%Y-%m}" for day in days]}
            more = {"metric": ["nps"] * len(days), "score": [9] * len(days)}
            batch.append(
                table, pa.table(rows | more | ({"counted": [True] * len(days)} if table == "responses" else {}))
            )
    for text in ("nps in last 2 months compare last year", "abandonment in last 2 months compare last year"):
        answer = ask(text, lake)
        assert (answer.scope.span.first, answer.scope.span.last) == (date(2026, 10, 1), date(2026, 11, 30)), text
        assert answer.scope.other.last == date(2025, 11, 30)
    assert columns_of(lake, ["score"], table="responses", period="last 2 months")["score"].tolist() == [9]
    assert ask("nps in 2026-10", lake).scope.span.last == date(2026, 10, 31)


def test_numbers_worked_out_by_hand(tmp_path):
    lake = Lake.create(tmp_path / "lake")
    scores = [10, 9, 9, 8, 7, 6, 0, 10, 10, 3]
    with lake.writing() as batch:
        batch.append(
            "responses",
            pa.table({
                "metric": ["nps"] * 10, "score": scores, "prediction": [8, 9, 9, 9, 9, 6, 4, 10, 10, 5],
                "counted": [True] * 9 + [False], "day": [date(2026, 3, 2)] * 10, "month": ["2026-03"] * 10,
            }),
        )  # fmt: skip
    # Nine count: five promoters (10, 9, 9, 10, 10), two passives (8, 7), two detractors (6, 0): (5 - 2) / 9.
    answer = ask("nps", lake)
    assert (answer.total.good, answer.total.neutral, answer.total.bad) == (5, 2, 2)
    assert answer.total.value == pytest.approx(100 * 3 / 9)
    # Predictions less scores: -2, 0, 0, 1, 2, 0, 4, 0, 0, which is 5 over 9.
    assert ask("prediction_gap", lake).total.value == pytest.approx(5 / 9)
