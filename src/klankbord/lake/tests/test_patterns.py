"""Suspicious patterns are found where they were put, and not in answers that people gave."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from klankbord.lake import read
from klankbord.lake.patterns import patterns

START = datetime(2026, 1, 5, 8, tzinfo=UTC)
SHARES = np.array([6, 2, 2, 3, 3, 6, 6, 12, 18, 17, 25]) / 100


def clean(seed, n=4000):
    """Return the answers of a busy centre: office hours, returning customers, good and bad agents, short remarks."""
    rng = np.random.default_rng(seed)
    agents = rng.normal(0, 0.35, 30)
    agent = rng.integers(0, 30, n)
    tilt = np.exp(np.outer(agents, (np.arange(11) - 7.5) / 2.5)) * SHARES
    draws = (rng.random(n)[:, None] > np.cumsum(tilt / tilt.sum(axis=1, keepdims=True), axis=1)[agent]).sum(axis=1)
    seconds = rng.integers(0, 90, n) * 86400 + rng.beta(2, 2, n) * 36000
    often = rng.gamma(0.5, size=n)
    customer = rng.choice(n, n, p=often / often.sum())
    remarks = ["", "Goed geholpen", "Snel en vriendelijk", "Te lang gewacht", "Dank u wel!"]
    return [
        [
            int(given),
            (START + timedelta(seconds=float(second))).strftime("%Y-%m-%dT%H:%M:%SZ"),
            remarks[rng.integers(0, 5)]
            if rng.random() < 0.8
            else f"Mijn vraag over factuur {rng.integers(1e9)} is nu opgelost",
            f"customer-{customer[position]}",
            f"agent-{agent[position]}",
        ]
        for position, (given, second) in enumerate(zip(draws, seconds, strict=True))
    ]


@pytest.fixture
def found(tmp_path):
    def write(rows):
        path = tmp_path / "answers.csv"
        lines = ["score,answered_at,comment,customer_id,agent", *(",".join(map(str, row)) for row in rows)]
        path.write_text("\n".join(lines) + "\n")
        return {notice.code: notice.data for notice in patterns(read(path))}

    return write


@pytest.mark.parametrize("seed", range(8))
def test_nothing_is_found_in_clean_answers(found, seed):
    assert found(clean(seed, n=[300, 1000, 4000, 9000][seed % 4])) == {}


def test_many_answers_of_one_respondent_are_found(found):
    rows = clean(1)
    for row in rows[:80]:
        row[3] = "customer-x"
    data = found(rows)["one_respondent"]
    assert (data["count"], data["respondents"], data["most"], data["share"]) == (80, 1, 80, 80 / 4000)


def test_a_panel_in_which_everybody_answers_monthly_is_no_pattern(found):
    rows = clean(2, n=1200)
    for position, row in enumerate(rows):
        row[3] = f"client-{position % 100}"
    assert "one_respondent" not in found(rows)


def test_a_burst_within_one_second_is_found(found):
    rows = clean(3)
    for row in rows[:40]:
        row[1] = "2026-02-03T10:31:04Z"
    data = found(rows)["one_second"]
    assert (data["count"], data["seconds"], data["most"]) == (40, 1, 40)


def test_times_without_seconds_are_no_bursts(found):
    rows = clean(4)
    for row in rows:
        row[1] = row[1][:14] + "00:00Z"
    assert "one_second" not in found(rows)


def test_a_long_comment_over_and_over_is_found(found):
    rows = clean(5)
    for row in rows[:30]:
        row[2] = "Geweldige medewerker die mij heel erg goed geholpen heeft"
    assert found(rows)["one_comment"] == {"count": 30, "share": 30 / 4000, "comments": 1, "most": 30}


def test_a_long_run_of_one_score_is_found(found):
    rows = sorted(clean(6), key=lambda row: row[1])
    for row in rows[100:160]:
        row[0] = 10
    data = found(rows)["one_score_in_a_row"]
    assert data["count"] >= 60
    assert data["runs"] == 1


def test_an_agent_with_nothing_but_tens_is_found(found):
    rows = clean(7)
    for row in rows[:120]:
        row[0], row[4] = 10, "agent-x"
    data = found(rows)["one_sided"]
    assert (data["by"], data["groups"], data["count"]) == ("agent", 1, 120)


def test_answers_without_dates_people_or_comments_are_no_trouble(tmp_path):
    path = tmp_path / "answers.csv"
    path.write_text("score\n" + "9\n" * 500)
    assert patterns(read(path)) == ()
    path.write_text('score\n""\n')
    assert patterns(read(path)) == ()
