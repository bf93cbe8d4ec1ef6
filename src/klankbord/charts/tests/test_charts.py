import json
import re
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest

from klankbord import charts
from klankbord.charts.formats import Formats
from klankbord.charts.labels import Labels
from klankbord.errors import DataError, OptionError
from klankbord.results import Result
from klankbord.score import CSAT, compare, compare_many, csat, from_counts, nps
from klankbord.score import trend as trend_of

SCORE = from_counts([30, 10, 12, 8, 20, 60, 50, 190, 240, 300, 284])[()]
DUTCH = Labels(
    formats=Formats(language="nl"),
    words={"promoters": "Promotors", "passives": "Passieven", "detractors": "Criticasters"},
    verdicts={"above": "hoger", "below": "lager", "unclear": "onduidelijk", "noise": "binnen de ruis"},
    total="Totaal",
    n="n",
    incomplete="loopt nog",
    few="{n} antwoorden: te weinig",
    empty="(leeg)",
)


def rows(chart):
    """Return everything a chart draws, by the fields of its rows."""
    drawn = chart.to_dict()
    return [row for layer in drawn["layer"] for row in drawn["datasets"][layer["data"]["name"]]]


def texts(chart):
    return [row["text"] for row in rows(chart) if "text" in row]


def series(**periods):
    scores = [score for answers in periods.values() for score in answers]
    days = [day.replace("_", "-").strip("d") for day, answers in periods.items() for _ in answers]
    return trend_of({"score": scores, "date": days}, every="month")


def test_distribution_has_a_bar_for_every_answer():
    bars = [row for row in rows(charts.distribution(SCORE)) if "level" in row]
    assert [bar["level"] for bar in bars] == [str(level) for level in range(11)]
    assert [bar["count"] for bar in bars] == list(SCORE.counts)


def test_distribution_of_few_answers_shows_counts():
    few = nps([10, 9, 3])
    assert not any("%" in text for text in texts(charts.distribution(few)))
    assert not any("%" in text for text in texts(charts.shares(few)))


@pytest.mark.parametrize("word", ["Promoteurs", "Weiterempfehlende", "Fans"])
@pytest.mark.parametrize("width", [346, 504, 760])
def test_no_name_runs_out_of_the_figure(word, width):
    labels = Labels.of(SCORE.measure)
    drawn = charts.distribution(SCORE, labels=replace(labels, words={**labels.words, "promoters": word}), width=width)
    (named,) = (row for row in rows(drawn) if row.get("text") == word)
    # Letters of a sans measure 6.5 pixels at twelve, more or less.
    end = named["x"] + (0 if named.get("align") == "right" else 6.5 * len(word))
    assert 0 < end <= width


def test_shares_fill_the_bar_without_overlap():
    pieces = [row for row in rows(charts.shares(SCORE, width=504)) if row.get("width", 0) > 20]
    assert pieces[0]["x"] == 0
    assert pieces[-1]["x2"] == pytest.approx(500)
    assert all(before["x2"] == after["x"] for before, after in pairwise(pieces))


def test_measure_with_two_kinds_is_drawn_with_two():
    score = from_counts([5, 10, 30, 90, 120], CSAT)[()]
    assert {"Satisfied", "Others"} <= set(texts(charts.distribution(score)))
    assert len([row for row in rows(charts.shares(score)) if row.get("width", 0) > 20]) == 2


def test_trend_marks_a_break_only_where_there_is_one():
    low, high = [10, 2, 3, 8, 0] * 20, [10, 9, 9, 8, 10] * 20
    months = [f"d2026_{month:02}_01" for month in range(1, 9)]
    broken = series(**dict(zip(months, [low] * 4 + [high] * 4, strict=True)))
    steady = series(**dict(zip(months, [low] * 8, strict=True)))
    assert "May 2026" in texts(charts.trend(broken))
    assert broken.shift is not None
    assert broken.shift.at == date(2026, 5, 1)
    assert "May 2026" not in texts(charts.trend(steady))


def test_trend_marks_where_the_question_was_worded_otherwise():
    found = series(**{f"d2026_{month:02}_01": [9, 10, 3, 8, 10, 7] for month in range(1, 9)})

    def marked(day):
        drawn = charts.trend(found, reworded=[day])
        return [row["x"] for row in rows(drawn) if row.get("text") == "new wording"]

    (earlier,), (later,) = marked(date(2026, 3, 1)), marked(date(2026, 5, 1))
    assert earlier < later
    # A wording that is as old as the series breaks nothing in it, nor does one that is still to come.
    for day in (date(2025, 6, 1), date(2026, 1, 1), date(2027, 1, 1)):
        assert not marked(day)


def test_trend_gives_a_period_with_few_answers_a_bar_but_no_point():
    found = series(d2026_01_01=[9, 10, 3, 8, 7], d2026_02_01=[9, 9], d2026_03_01=[9, 10, 3, 8, 7])
    drawn = charts.trend(found)
    points = [row for row in rows(drawn) if "fill" in row]
    assert len(points) == 2
    assert "2" in texts(drawn)
    assert len({point["run"] for point in points}) == 2, "the line does not bridge the gap"


def test_trend_that_still_runs_says_so():
    found = series(d2026_01_01=[9, 10, 3, 8, 7], d2026_02_01=[9, 10, 3, 8, 7])
    assert "loopt nog" in texts(charts.trend(found, labels=DUTCH, incomplete=True))
    fills = [row["fill"] for row in rows(charts.trend(found, incomplete=True)) if "fill" in row]
    assert fills[-1] == "white"
    assert "loopt nog" not in texts(charts.trend(found, labels=DUTCH))


def test_trend_without_dated_answers():
    with pytest.raises(DataError):
        charts.trend(trend_of({"score": [9, 10], "date": [None, None]}))


@pytest.fixture
def by_team():
    data = {"score": [10] * 60 + [0] * 60 + [8] * 30 + [9] * 3, "team": [*"a" * 60, *"b" * 60, *"c" * 30, *[None] * 3]}
    return nps(data, by="team"), nps(data)


def test_forest_fills_only_what_is_real(by_team):
    table, total = by_team
    drawn = charts.forest(table, verdicts=compare_many(table), total=total)
    marks = {row["name"]: row for row in rows(drawn) if "fill" in row}
    assert marks["a"]["fill"] == marks["a"]["ink"] != marks["b"]["ink"]
    assert marks["c"]["fill"] == "white"
    assert {"higher", "lower"} <= set(texts(drawn))


def test_forest_shows_a_small_group_in_words_only(by_team):
    table, _ = by_team
    drawn = charts.forest(table, labels=DUTCH)
    assert "3 antwoorden: te weinig" in texts(drawn)
    assert "(leeg)" in texts(drawn)
    assert "(leeg)" not in {row.get("name") for row in rows(drawn) if "fill" in row}


def test_forest_of_comparisons_is_held_against_zero(by_team):
    compared = compare_many(by_team[0])
    drawn = charts.forest(compared)
    assert any(row.get("dash") == (4, 3) for row in rows(drawn))
    assert any(text.startswith("−") for text in texts(drawn))


def test_forest_without_groups(by_team):
    table, _ = by_team
    empty = type(table)(by=table.by, keys=(), rows=[])
    with pytest.raises(DataError):
        charts.forest(empty)


@pytest.mark.parametrize("width", [340, 720])
def test_nothing_is_drawn_outside_the_figure(width, by_team):
    table, total = by_team
    for drawn in (
        charts.distribution(SCORE, width=width),
        charts.shares(SCORE, width=width),
        charts.forest(table, total=total, verdicts=compare_many(table), width=width),
    ):
        places = [row[side] for row in rows(drawn) for side in ("x", "x2") if side in row]
        assert min(places) >= 0
        assert max(places) <= width


@pytest.mark.parametrize("width", [340, 720])
def test_svg_is_as_wide_as_asked(width):
    trend = series(d2026_01_01=[9, 10, 3, 8, 7], d2026_02_01=[9, 10, 3, 8, 7])
    for drawn in (charts.distribution(SCORE, width=width), charts.trend(trend, width=width, incomplete=True)):
        assert f'width="{width}"' in charts.svg(drawn, label="-")[:300]


def test_svg_is_one_image_with_a_label():
    drawn = charts.svg(charts.distribution(SCORE), label='more than "half" & <b>')
    assert drawn.startswith("<svg ")
    assert 'role="img" aria-label="more than &quot;half&quot; &amp; &lt;b&gt;"' in drawn
    assert drawn.count("role=") == drawn.count("aria-") == 1


def test_svg_holds_nothing_a_strict_policy_forbids():
    drawn = charts.svg(charts.distribution(SCORE), label="-")
    assert not re.search(r"<(script|style|image|a|foreignObject)\b|style=|href|url\(|\bon\w+=", drawn)


def test_svg_of_a_report_speaks_one_language(by_team):
    table, total = by_team
    months = {f"d2026_{month:02}_01": [9, 10, 3, 8, 7] * 300 for month in (3, 5)}
    drawings = [
        charts.distribution(SCORE, labels=DUTCH),
        charts.forest(table, verdicts=compare_many(table), total=total, labels=DUTCH),
        charts.trend(series(**months), labels=DUTCH, incomplete=True),
    ]
    words = " ".join(re.findall(r">([^<]+)<", "".join(charts.svg(drawn, "nl", label="-") for drawn in drawings)))
    assert "1.500" in words
    assert "mrt" in words
    assert not re.search(r"Total\b|higher|noise|incomplete|Mar\b|May\b|Promoters", words)


def test_draw_finds_the_figure_of_each_result(by_team):
    table, total = by_team
    for result in (total, table, compare_many(table), compare(table["a"], table["b"])):
        assert json.dumps(charts.draw(result).to_dict())
    assert csat([5, 4, 4, 2, 5]).plot() is not None


def test_draw_something_without_a_figure():
    with pytest.raises(OptionError):
        charts.draw(Result())
