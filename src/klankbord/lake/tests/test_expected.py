"""Predictions out of files and lakes: which rows count, what silence means, and what is refused."""

import csv

import numpy as np
import pytest

from klankbord.errors import ColumnError, DataError
from klankbord.lake import import_files
from klankbord.lake.expected import expected_of, read_expected
from klankbord.lake.store import Lake, Settings


def written(path, rows, headings):
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([headings, *rows])
    return path


@pytest.fixture
def answers(tmp_path):
    rng = np.random.default_rng(1)
    said = rng.integers(0, 11, 60)
    rows = [(score, min(score + 1, 10), f"a{at % 3}") for at, score in enumerate(said.tolist())]
    return written(tmp_path / "answers.csv", rows, ["score", "agent says", "agent"])


@pytest.fixture
def contacts(tmp_path):
    rng = np.random.default_rng(2)
    rows = []
    for at in range(900):
        said = int(rng.integers(0, 11))
        foreseen = min(max(said + int(rng.integers(-2, 3)), 0), 10)
        moment = f"2026-03-{at % 28 + 1:02d} 10:{at % 60:02d}"
        rows.append(
            (f"c{at}", moment, "phone", f"q{at % 2}", 60 + at, f"a{at % 12}", foreseen, said if at % 5 < 2 else "")
        )
    headings = ["Call ID", "Start", "Channel", "Queue", "Talk time", "Agent", "Prediction", "Score"]
    return written(tmp_path / "calls.csv", rows, headings)


def test_a_file_of_answers_knows_who_answered_only(answers):
    found = read_expected(answers, predicted="agent says")
    assert found.predicted.size == 60
    assert not found.silent
    assert found.skill().bias.value > 0.5
    assert found.skill_by("agent").keys == (("a0",), ("a1",), ("a2",))
    with pytest.raises(DataError, match="answers only"):
        found.everybody()
    with pytest.raises(DataError, match="no days"):
        found.learning()


def test_the_column_of_predictions_is_recognised(tmp_path):
    path = written(tmp_path / "a.csv", [(9, 8, "x"), (3, 7, "x")] * 5, ["score", "predicted", "agent"])
    assert read_expected(path).predicted.tolist() == [8.0, 7.0] * 5


def test_a_file_of_contacts_holds_the_silent(contacts):
    found = read_expected(contacts, zone="UTC")
    assert found.silent
    assert np.isnan(found.actual).sum() == 540
    assert found.skill().unit == "agents"
    assert found.skill().clusters == 12
    everybody = found.everybody()
    assert (everybody.contacts, everybody.answers) == (900, 360)
    assert [one.code for one in found.everybody().notices if one.code == "eligible_assumed"]
    listed = found.silent_detractors(limit=5)
    assert len(listed.contacts) == 5
    assert all(str(name).startswith("c") and int(str(name)[1:]) % 5 >= 2 for name in listed.contacts)
    assert found.learning().agents == 12


def test_a_lake_gives_the_same_numbers_as_its_file(contacts, tmp_path):
    lake = Lake.create(tmp_path / "lake", Settings(zone="UTC", attribution="pseudonym", reason="test"))
    import_files(lake, contacts, table="contacts")
    in_lake, in_file = expected_of(lake), read_expected(contacts, zone="UTC")
    assert in_lake.skill().counts == in_file.skill().counts
    assert in_lake.everybody()["answered"].value == in_file.everybody()["answered"].value
    narrowed = expected_of(lake, where="queue=q1", period="2026-03")
    assert narrowed.predicted.size == 450


def test_where_agents_are_not_told_apart_days_are_drawn_again(contacts, tmp_path):
    lake = Lake.create(tmp_path / "lake", Settings(zone="UTC"))
    import_files(lake, contacts, table="contacts")
    found = expected_of(lake)
    assert "agent" not in found.columns
    assert found.skill().unit == "days"
    assert found.notices[0].code == "not_attributed"
    with pytest.raises(ColumnError):
        found.skill_by("agent")


def test_rows_without_predictions_are_refused(tmp_path):
    path = written(tmp_path / "a.csv", [(9, "x"), (3, "y")] * 5, ["score", "agent"])
    with pytest.raises(ColumnError, match="prediction"):
        read_expected(path)
    with pytest.raises(ColumnError, match="says"):
        read_expected(path, predicted="says")
