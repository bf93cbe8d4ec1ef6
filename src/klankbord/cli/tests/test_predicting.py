"""`klankbord predictions`: every view in every form, and people who are not shown."""

import csv
import json

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
