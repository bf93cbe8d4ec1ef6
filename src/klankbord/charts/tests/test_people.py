import numpy as np
import pytest

from klankbord.charts import caterpillar, draw, svg
from klankbord.fairness import standings


def rows(chart):
    """Return everything a chart draws, by the fields of its rows."""
    drawn = chart.to_dict()
    return [row for layer in drawn["layer"] for row in drawn["datasets"][layer["data"]["name"]]]


def texts(chart):
    return [row["text"] for row in rows(chart) if "text" in row]


def people(count, answers, *, apart=0.0, few=()):
    rng = np.random.default_rng(count)
    truth = rng.normal(0.5, apart, count).clip(0.1, 0.9)
    agents = np.repeat(np.arange(count), [2 if at in few else answers for at in range(count)])
    scores = np.where(rng.random(len(agents)) < truth[agents], 9, 3)
    return standings({"agent": np.char.add("a", np.char.zfill(agents.astype(str), 3)).astype(object), "score": scores})


def test_each_person_has_a_line_in_the_order_of_names_whatever_the_score():
    found = people(12, 100, apart=0.1)
    named = [text for text in texts(draw(found)) if text.startswith("a0")]
    assert named == sorted(named)
    assert len(named) == 12
    marks = [row for row in rows(draw(found)) if "value" in row]
    assert [mark["value"] for mark in marks] == [row.value for row in found.rows]


def test_marks_are_filled_only_for_those_who_are_told_apart():
    found = people(12, 150, apart=0.12)
    marks = [row for row in rows(draw(found)) if "value" in row]
    assert {row.verdict for row in found.rows} == {"above", "below", "unclear"}
    assert [mark["fill"] == "white" for mark in marks] == [row.verdict == "unclear" for row in found.rows]


def test_of_many_people_the_certain_ones_have_a_line_and_the_others_are_one_band():
    found = people(120, 60, apart=0.15)
    chart = caterpillar(found, most=20)
    marks = [row for row in rows(chart) if "value" in row]
    assert len(marks) == 20
    assert f"{120 - 19} others" in texts(chart)
    band = marks[-1]
    assert band["low"] < band["value"] < band["high"]


def test_a_chart_gives_nothing_away_of_whom_it_hides():
    found = people(12, 100, few={3})
    chart = draw(found)
    hidden = [key[0] for key, row in found if row.value is None]
    assert len(hidden) == 2
    assert not [text for text in texts(chart) if text in hidden]
    assert "too few answers to show them apart" in texts(chart)


@pytest.mark.parametrize("width", [720, 340])
def test_it_is_drawn_for_a_page_and_for_a_phone(width):
    drawn = svg(caterpillar(people(6, 50), width=width), label="people")
    assert f'width="{width}"' in drawn
    assert 'aria-label="people"' in drawn
