"""`klankbord ask` as its users run it: options or words in, a table, data or a chart and an exit code out."""

import csv
import io
import json
import sys
from datetime import date

import pyarrow as pa
import pytest

from klankbord.cli.commands import run
from klankbord.lake import Lake


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    made = Lake.create(tmp_path_factory.mktemp("centre") / "lake")
    rows = [
        {"team": team, "score": score, "metric": "nps", "counted": True, "day": day, "month": f"{day:%Y-%m}"}
        for month in range(1, 7)
        for team, scores in (("Ghent", (10, 9, 9, 8, 3)), ("Liège", (10, 7, 6, 0, 2, 9)), ("Köln", (9,)))
        for score in scores
        for day in (date(2026, month, 15),)
    ]
    contacts = [
        {
            "team": "Ghent", "answered": True, "offered": True, "handle_s": 60 + at, "wait_s": at % 50,
            "day": date(2026, 6, 30), "month": "2026-06",
        }
        for at in range(60)
    ]  # fmt: skip
    with made.writing() as batch:
        batch.append("responses", pa.Table.from_pylist(rows))
        batch.append("contacts", pa.Table.from_pylist(contacts))
    return made.folder


@pytest.fixture
def ask(monkeypatch, capsys, lake):
    monkeypatch.setenv("KLANKBORD_LAKE", str(lake))

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["klankbord", "ask", *map(str, arguments)])
        code = run()
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call


def test_words_and_options_are_one_question(ask):
    spoken = ask("nps by team where score>2 in 2026-Q2 compare previous", "--format", "json")
    words = ask("nps", "by", "team", "where", "score>2", "in", "2026-Q2", "compare", "previous", "--format", "json")
    options = ask(
        *("nps", "--by", "team", "--where", "score>2", "--period", "2026-Q2", "--compare", "previous"),
        *("--format", "json"),
    )
    assert spoken == words == options
    assert json.loads(spoken[1])["question"]["text"] == "nps by team where score>2 in 2026-Q2 compare previous"


def test_table_shows_groups_total_and_doubts(ask):
    code, out, _ = ask("nps by team in 2026-06")
    lines = out.splitlines()
    assert code == 0
    assert lines[0].strip() == "NPS, 2026-06-01 to 2026-06-30"
    assert [line.split()[:3] for line in lines if line.strip().startswith(("Ghent", "all"))] == [
        ["Ghent", "5", "+40.0"],
        ["all", "12", "+16.7"],
    ]
    assert "1 of 3 groups" in out


def test_csv_has_one_row_a_group(ask):
    _, out, _ = ask("nps", "--by", "team", "--grain", "quarter", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [(row["quarter"], row["team"], row["n"]) for row in rows][:2] == [
        ("2026-01-01", "Ghent", "15"),
        ("2026-01-01", "Köln", "3"),
    ]


def test_sort_and_limit_choose_the_groups(ask):
    _, out, _ = ask("nps", "--by", "team", "--sort", "worst", "--limit", "1", "--format", "json")
    told = json.loads(out)
    assert [row["by"]["team"] for row in told["rows"]] == ["Liège"]
    assert told["groups"] == 3
    _, out, _ = ask("nps", "--by", "team", "--limit", "1")
    assert "2 more groups" in out


def test_explain_shows_question_and_sql(ask):
    _, out, _ = ask("service_level(30) in last 1 month", "--explain")
    assert "within 30 seconds" in out
    assert "60 rows of contacts, of 1 month\n" in out
    assert "sum(case when answered and wait_s <= 30 then 1 else 0 end)" in out


@pytest.mark.parametrize("question", ["nps", "nps by team", "nps per month", "nps per quarter", "handle_time by team"])
@pytest.mark.parametrize("suffix", [".svg", ".html", ".png"])
def test_chart_is_written_as_its_name_says(ask, tmp_path, question, suffix):
    path = tmp_path / f"chart{suffix}"
    code, out, err = ask(question, "--output", path)
    assert (code, out, err) == (0, f"{path}\n", "")
    assert path.read_bytes().startswith({".svg": b"<svg ", ".html": b"<!doctype html>", ".png": b"\x89PNG"}[suffix])


def test_chart_goes_to_the_output_without_a_file(ask):
    _, out, _ = ask("nps by team compare rest", "--format", "chart")
    assert out.startswith('<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="NPS, each against the rest')


def test_output_takes_its_form_from_its_name(ask, tmp_path):
    path = tmp_path / "answer.json"
    assert ask("nps", "-o", path)[0] == 0
    assert json.loads(path.read_text(encoding="utf-8"))["total"]["n"] == 72


def test_measures_are_listed(ask):
    _, out, _ = ask("--list")
    assert "first_contact_resolution(7)" in out
    _, out, _ = ask("--list", "--format", "json")
    names = [measure["name"] for measure in json.loads(out)["measures"]]
    assert {"nps", "service_level", "prediction_gap"} <= set(names)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "nothing was asked"),
        (("npss",), "did you mean nps?"),
        (("nps by team", "--by", "queue"), "by is said in the question and as an option"),
        (("nps", "--sort", "nicest"), "there is no order 'nicest'"),
        (("nps", "--format", "chart", "--output", "chart.doc"), "cannot hold a chart"),
        (("nps", "--engine", "abacus"), "there is no engine 'abacus'"),
    ],
)
def test_bad_input_leaves_with_two(ask, arguments, told):
    code, out, err = ask(*arguments)
    assert (code, out) == (2, "")
    assert told in err


def test_lake_must_be_named(ask, monkeypatch):
    monkeypatch.delenv("KLANKBORD_LAKE")
    code, _, err = ask("nps")
    assert code == 2
    assert "KLANKBORD_LAKE" in err
