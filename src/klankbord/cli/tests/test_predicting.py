"""`klankbord predictions`: every view in every form, and people who are not shown."""

import csv
import json
import re

import numpy as np
import pytest

from klankbord.cli.commands import run


@pytest.fixture(scope="module")
def calls(tmp_path_factory):
    """Write 1,500 contacts of 25 agents in three teams, of which one has three people."""
    rng = np.random.default_rng(3)
    path = tmp_path_factory.mktemp("predictions") / "calls.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["Call ID", "Start", "Channel", "Queue", "Talk time", "Agent", "Team", "Prediction", "Score"])
        for at in range(1500):
            agent, said = at % 25, int(rng.integers(0, 11))
            team = "small" if agent < 3 else "north" if agent < 12 else "south"
            foreseen = int(np.clip(said + rng.integers(-2, 4), 0, 10))
            score = said if rng.random() < 0.6 else ""
            out.writerow(
                [f"c{at}", f"2026-03-{at % 28 + 1:02d} 09:00", "phone", "q", 90, f"a{agent:02d}", team, foreseen, score]
            )
    return path


def asked(monkeypatch, capsys, *words):
    monkeypatch.setattr("sys.argv", ["klankbord", "predictions", *map(str, words), "--zone", "UTC"])
    code = run()
    return code, capsys.readouterr()


def test_the_sentences_come_first(calls, monkeypatch, capsys):
    code, out = asked(monkeypatch, capsys, calls)
    assert code == 0
    assert out.out.startswith("Of the ")
    assert "customers agents took for promoters" in out.out.splitlines()[0]
    assert "Intervals rest on 25 agents drawn again" in out.out


@pytest.mark.parametrize("view", ["skill", "learning", "recalibration", "everybody", "silent"])
def test_every_view_is_printed_as_a_table_and_as_data(calls, view, monkeypatch, capsys):
    code, out = asked(monkeypatch, capsys, calls, "--show", view)
    assert (code, out.err) == (0, "")
    assert "Predictions · calls.csv · 1,500 predictions" in out.out
    code, out = asked(monkeypatch, capsys, calls, "--show", view, "--format", "json")
    told = json.loads(out.out)
    assert told["rows"]
    assert told["question"]["source"]["files"] == ["calls.csv"]


def test_the_silent_are_listed_with_what_helps_to_choose_whom_to_call(calls, monkeypatch, capsys):
    _, out = asked(monkeypatch, capsys, calls, "--show", "silent", "--limit", "6")
    lines = out.out.splitlines()
    at = next(place for place, line in enumerate(lines) if line.startswith(" contact"))
    assert lines[at].split() == ["contact", "chance", "predicted", "when", "channel", "queue"]
    assert lines[at + 2].split()[1:3] in (["100", "%"], ["99", "%"], ["98", "%"])
    assert lines[at + 2].split()[4:] == ["2026-03-28", "09", "h", "phone", "q"]  # of equal chances the latest
    assert "detractors are expected among" in out.out
    assert "a03" not in out.out


def test_people_are_named_among_the_silent_only_where_asked(calls, monkeypatch, capsys):
    _, out = asked(monkeypatch, capsys, calls, "--show", "silent", "--by", "agent", "--format", "json")
    assert {row["agent"] for row in json.loads(out.out)["rows"]} == {f"a{at:02d}" for at in range(25)}
    _, out = asked(monkeypatch, capsys, calls, "--show", "silent", "--by", "team", "--format", "json")
    told = json.loads(out.out)
    assert {row["team"] for row in told["rows"]} == {None, "south"}
    assert [notice["data"]["groups"] for notice in told["notices"] if notice["code"] == "people_hidden"] == [2]


def test_a_team_of_few_people_is_not_shown_nor_the_one_that_gives_it_away(calls, monkeypatch, capsys):
    _, out = asked(monkeypatch, capsys, calls, "--by", "team", "--format", "json")
    told = json.loads(out.out)
    assert [row["by"]["team"] for row in told["rows"]] == ["south"]
    hidden = next(notice for notice in told["notices"] if notice["code"] == "people_hidden")
    assert hidden["data"]["groups"] == 2
    assert "small" not in out.out


def test_agents_are_shown_by_their_own_question(calls, monkeypatch, capsys):
    _, out = asked(monkeypatch, capsys, calls, "--by", "agent", "--limit", "4")
    assert "a03" in out.out
    assert "a04" not in out.out
    assert "21 more groups" in out.out


@pytest.mark.parametrize("name", ["skill.svg", "teams.html", "skill.png"])
def test_charts_are_written(calls, name, monkeypatch, capsys, tmp_path):
    code, out = asked(monkeypatch, capsys, calls, "-o", tmp_path / name)
    assert code == 0
    assert out.out.strip().endswith(name)
    assert (tmp_path / name).stat().st_size > 2000


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--show", "learning", "--by", "team"], "takes no --by"),
        (["--period", "2026"], "a file takes no"),
        (["--predicted", "guess"], "guess"),
        (["-o", "chart.gif", "--format", "chart"], "cannot hold a chart"),
    ],
)
def test_what_cannot_be_is_said(calls, words, said, monkeypatch, capsys):
    code, out = asked(monkeypatch, capsys, calls, *words)
    assert code == 2
    assert said in out.err


def test_nothing_named_is_said(monkeypatch, capsys):
    monkeypatch.delenv("KLANKBORD_LAKE", raising=False)
    code, out = asked(monkeypatch, capsys)
    assert code == 2
    assert "--lake" in out.err


def test_one_of_something_is_told_as_one(tmp_path, monkeypatch, capsys):
    path = tmp_path / "calls.csv"
    rows = [("mila", 9, 10), ("mila", 9, 10), ("mila", 9, 2), ("mila", 9, 9), ("mila", 3, 9), ("mila", 8, "")]
    path.write_text("agent,predicted,score\n" + "".join(f"{a},{b},{c}\n" for a, b, c in rows), encoding="utf-8")
    _, out = asked(monkeypatch, capsys, path, "--predicted", "predicted")
    assert "Of the 1 customer agents took for detractors, 1 was among the promoters." in out.out
    _, out = asked(monkeypatch, capsys, path, "--predicted", "predicted", "--by", "agent")
    assert "1 group rests on few agents, days or answers" in out.out


def test_days_are_called_days(calls, monkeypatch, capsys, tmp_path):
    path = tmp_path / "few.csv"
    lines = calls.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([lines[0], *(line for line in lines if ",a03," in line or ",a04," in line)]))
    _, out = asked(monkeypatch, capsys, path)
    assert " days drawn again" in out.out
    assert re.search(r"intervals rest on \d+ days: read", out.out)


def written(path, rows, heading="agent,prediction,score"):
    path.write_text("\n".join([heading, *rows]), encoding="utf-8")
    return path


ROWS = [f"mila,{at % 11},{(at + 1) % 11}" for at in range(30)]


def test_a_file_without_rows_is_said_to_have_none(tmp_path, monkeypatch, capsys):
    code, out = asked(monkeypatch, capsys, written(tmp_path / "empty.csv", []))
    assert (code, out.err.splitlines()[0]) == (2, "empty.csv: there are no answers in it")


def test_what_is_wrong_with_answers_is_said_of_answers(tmp_path, monkeypatch, capsys):
    path = written(tmp_path / "answers.csv", ROWS)
    assert "on a scale of 1 to 5" in asked(monkeypatch, capsys, path, "--scale", "1-5")[1].err
    assert "not between 0 and 1" in asked(monkeypatch, capsys, path, "--level", "2")[1].err
    silent = written(tmp_path / "silent.csv", ["mila,9,"] * 20)
    assert asked(monkeypatch, capsys, silent)[1].err.startswith("no row has a score")


def test_a_score_that_does_not_count_is_told(tmp_path, monkeypatch, capsys):
    code, out = asked(monkeypatch, capsys, written(tmp_path / "answers.csv", [*ROWS, "mila,9,11"]))
    assert code == 0
    assert "! 1 row is left out: the score is off the scale (row 32)" in out.out


def test_a_file_of_an_unknown_kind_is_not_written(calls, tmp_path, monkeypatch, capsys):
    code, out = asked(monkeypatch, capsys, calls, "-o", tmp_path / "skill.pdf")
    assert code == 2
    assert "nothing here makes a file of that kind" in out.err
    assert not (tmp_path / "skill.pdf").exists()
