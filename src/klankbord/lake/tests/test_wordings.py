"""Where files say that a question was worded otherwise."""

from datetime import date

import pytest

from klankbord.lake import read
from klankbord.lake.wordings import reworded_in


@pytest.fixture
def worded(tmp_path):
    """Read answers of one a month, each to the wording that is given for it."""

    def made(name, wordings, **more):
        path = tmp_path / "answers.csv"
        head = ["date", "score", name, *more]
        rows = [
            [f"2026-{month:02}-10", "9", wording, *(values[month - 1] for values in more.values())]
            for month, wording in enumerate(wordings, start=1)
        ]
        path.write_text("\n".join(",".join(row) for row in [head, *rows]), encoding="utf-8")
        return read(path)

    return made


def told(responses):
    return [notice.data["versions"] for notice in responses.notices if notice.code == "wording_changed"]


@pytest.mark.parametrize("name", ["survey_version", "Version", "wording", "Questionnaire"])
def test_a_new_wording_is_told_with_its_month(worded, name):
    found = worded(name, ["1", "1", "2", "2"])
    assert told(found) == [[{"version": "1", "from": "2026-01"}, {"version": "2", "from": "2026-03"}]]
    assert reworded_in(found.notices) == (date(2026, 3, 1),)


def test_one_wording_or_none_is_no_change(worded):
    assert not told(worded("version", ["1", "1", "1"]))
    assert not told(worded("version", ["", "", "2"]))
    assert not told(worded("colour", ["1", "2", "3"]))


def test_two_surveys_side_by_side_change_nothing(worded):
    assert not told(worded("version", ["1", "2", "1", "2"], survey=["a", "b", "a", "b"]))
    assert told(worded("version", ["1", "2", "2", "2"], survey=["a", "b", "a", "b"]))


def test_a_column_with_a_value_an_answer_is_no_list_of_wordings(tmp_path):
    path = tmp_path / "answers.csv"
    rows = [f"2026-01-{day:02},9,4.{day}" for day in range(1, 29)]
    path.write_text("\n".join(["date,score,version", *rows]), encoding="utf-8")
    assert not told(read(path))
