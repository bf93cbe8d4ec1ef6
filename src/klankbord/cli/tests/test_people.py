"""`klankbord agents` as its users run it: a table with words, a league table refused, data, and charts."""

import json
import random
import sys

import pytest

from klankbord.cli.commands import run


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    rng = random.Random(11)
    lines = []
    for at in range(12):
        shares = [0.75, 0.2, 0.05] if at == 3 else [0.45, 0.3, 0.25]
        lines += [f"{rng.choices([9, 8, 3], shares)[0]},agent {at},{rng.choice(['phone', 'chat'])}" for _ in range(60)]
    lines += ["9,newcomer,phone", "3,newcomer,chat"]
    path = tmp_path_factory.mktemp("people") / "answers.csv"
    path.write_text("score,agent,channel\n" + "\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def agents(monkeypatch, capsys):
    monkeypatch.delenv("KLANKBORD_LAKE", raising=False)

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["klankbord", "agents", *map(str, arguments)])
        code = run()
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call


def test_a_table_says_who_is_told_apart_and_what_was_taken_out(agents, answers):
    code, printed, _ = agents(answers, "--target", "20")
    assert code == 0
    lines = [line.strip() for line in printed.splitlines()]
    assert next(line for line in lines if line.startswith("agent 3 ")).endswith("above the others")
    assert "above" not in next(line for line in lines if line.startswith("agent 5 "))
    assert "below +20" in printed
    assert "taken out: chance and the mix of channel" in printed
    newcomer = next(line for line in lines if line.startswith("newcomer"))
    assert "too few to show" in newcomer


def test_a_league_table_is_refused_with_what_it_needs_and_what_to_look_at(agents, answers):
    code, printed, error = agents(answers, "--league")
    assert (code, printed) == (2, "")
    assert "answers for each agent" in error
    assert "look at each one's value" in error


def test_one_can_look_at_oneself_only(agents, answers):
    _, printed, _ = agents(answers, "--only", "agent 5", "--format", "json")
    rows = json.loads(printed)["rows"]
    assert [row["by"] for row in rows] == [{"agent": "agent 5"}]
    code, _, error = agents(answers, "--only", "agent 55")
    assert code == 2
    assert "did you mean 'agent 5'?" in error


def test_data_carry_question_rows_and_what_was_learnt(agents, answers):
    _, printed, _ = agents(answers, "--format", "json", "--case-mix", "none")
    told = json.loads(printed)
    assert told["question"]["files"] == ["answers.csv"]
    assert told["overall"]["ranked"] is False
    assert told["overall"]["case_mix"] == []
    assert len(told["rows"]) == 13
    _, printed, _ = agents(answers, "--format", "csv")
    assert printed.splitlines()[0].startswith("agent,n,value,low,high,method,verdict,raw")


@pytest.mark.parametrize("suffix", [".svg", ".png", ".html"])
def test_charts_are_written_as_their_name_says(agents, answers, tmp_path, suffix):
    path = tmp_path / f"people{suffix}"
    code, printed, _ = agents(answers, "-o", path)
    assert (code, printed) == (0, f"{path}\n")
    starts = {".svg": b"<svg", ".png": b"\x89PNG", ".html": b"<!doctype html>"}
    assert path.read_bytes().startswith(starts[suffix])


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "nothing to read"),
        (["FILE", "--where", "channel=phone"], "takes no --where"),
        (["FILE", "--by", "team"], "no column 'team'"),
        (["FILE", "--share", "most"], "no rule"),
        (["FILE", "--minimum", "1"], "protects nobody"),
        (["FILE", "--format", "chart", "-o", "x.doc"], "cannot hold a chart"),
    ],
)
def test_bad_input_says_what_was_wrong(agents, answers, arguments, told):
    code, _, error = agents(*[answers if one == "FILE" else one for one in arguments])
    assert code == 2
    assert told in error


def test_an_empty_period_of_a_lake_is_told_as_such(agents, tmp_path):
    from klankbord.lake import Lake, Settings

    lake = Lake.create(tmp_path / "lake", Settings(attribution="named", reason="a test"))
    code, _, said = agents("--lake", lake.folder, "--period", "2031")
    assert code == 2
    assert said.startswith("the lake holds no NPS answer to compare by")


def test_rows_that_do_not_count_and_people_who_do_not_differ_are_told(agents, tmp_path):
    path = tmp_path / "answers.csv"
    rows = "".join(f"{score},{who}\n" for who in "abcdef" for score in (9, 9, 8, 8, 3, 3))
    path.write_text(f"score,agent\n{rows}11,a\n", encoding="utf-8")
    printed = agents(path)[1]
    assert "! 1 row is left out: the score is off the scale (row 38)" in printed
    assert "agents differ no more than chance makes them; reliability 0.00" in printed


def test_two_are_too_few_to_learn_how_people_differ(agents, tmp_path):
    path = tmp_path / "answers.csv"
    rows = "".join(
        f"{score},{who}\n" for who, scores in (("a", (9, 9, 9, 8)), ("b", (9, 3, 8, 3))) for score in scores * 9
    )
    path.write_text(f"score,team\n{rows}", encoding="utf-8")
    printed = agents(path, "--by", "team")[1]
    assert "how much teams truly differ cannot be learnt from so few" in printed
    assert "truly differ by about" not in printed


def test_answers_that_are_shared_are_said_to_count_with_each(agents, tmp_path):
    path = tmp_path / "calls.csv"
    lines = ["Conversation ID,Leg,Start,Agent,Queue,Wait time,Talk time,NPS score"]
    lines += [
        f"c{at},{leg},2026-03-01 09:{leg}0:00,{'ab'[leg - 1]},q,5,60,{(9, 3, 8)[at % 3] if leg == 2 else ''}"
        for at in range(20)
        for leg in (1, 2)
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert "40 answers (those that are shared count with each)" in agents(path)[1]
    assert "20 answers" in agents(path, "--share", "last")[1].splitlines()[0]
