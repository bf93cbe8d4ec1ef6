"""Answers of a lake as figures: each kind of question has its own, and says what it shows."""

from datetime import date, timedelta

import pyarrow as pa
import pytest

from klankbord.charts import draw, svg
from klankbord.charts.asked import asked
from klankbord.charts.formats import Formats
from klankbord.errors import OptionError
from klankbord.lake import Lake
from klankbord.lake.questions import ask


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    made = Lake.create(tmp_path_factory.mktemp("drawn") / "lake")
    days = [date(2025, 1, 1) + timedelta(days=5 * at) for at in range(200)]
    months = [f"{day:%Y-%m}" for day in days]
    teams = [("Ghent", "Liège", None)[at % 3] for at in range(200)]
    handle = [(500 if team == "Ghent" else 100) + at % 40 for at, team in enumerate(teams)]
    with made.writing() as batch:
        shared = {"day": days, "month": months, "team": teams}
        scores = [(10, 9, 8, 3)[at % 4] for at in range(200)]
        batch.append(
            "responses", pa.table({**shared, "score": scores, "metric": ["nps"] * 200, "counted": [True] * 200})
        )
        batch.append("contacts", pa.table({**shared, "answered": [True] * 200, "handle_s": handle}))
    return made


@pytest.mark.parametrize("width", [720, 340])
@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("nps", ["Promoters", "Detractors"]),
        ("nps by team", ["Ghent", "(empty)", "Total"]),
        ("nps by team compare rest", ["Ghent", "noise"]),
        ("nps per month", ["Jan", "2027"]),
        ("nps per quarter in 2025", ["Q1", "Q4"]),
        ("nps per weekday", ["Monday", "Sunday"]),
        ("nps by team per year", ["2025 · Ghent"]),
        ("handle_time", ["Handle time"]),
        ("handle_time by team", ["Ghent", "(empty)"]),
        ("handle_time_median per quarter in 2025", ["2025-Q1"]),
        ("nps in 2019", ["0"]),
    ],
)
def test_every_question_has_a_figure(lake, question, shown, width):
    picture = svg(asked(ask(question, lake), width=width), label="a figure")
    for word in shown:
        assert word in picture


def test_real_difference_for_the_worse_is_orange_and_called_real(lake):
    picture = svg(draw(ask("handle_time by team compare rest", lake)), label="a figure")
    assert picture.count("#b9530c") == 2
    assert "real" in picture


def test_too_few_are_named_and_nothing_is_drawn(lake):
    picture = svg(draw(ask("handle_time by team in 2025-01-01..2025-01-20", lake)), label="a figure")
    assert picture.count("too few contacts") == 3


def test_answer_without_rows_or_with_too_many_is_refused(lake):
    with pytest.raises(OptionError, match="without rows"):
        draw(ask("nps by team in 2019", lake))
    with pytest.raises(OptionError, match="cannot be read in one figure"):
        draw(ask("nps by day, team", lake))


@pytest.mark.parametrize(("language", "name"), [("en", "Q2"), ("nl", "K2"), ("fr", "T2"), ("de", "Q2")])
def test_quarter_on_an_axis_has_its_name(language, name):
    assert Formats(language=language).tick(date(2026, 4, 1), "quarter") == name
