"""The command line as its users run it: real files in, text, JSON or CSV and an exit code out."""

import csv
import io
import json
import subprocess
import sys

import pytest

from klankbord.cli.commands import run

ANSWERS = """id,answered_at,score,comment,team,channel
1,2026-03-01T09:00:00Z,10,Snel geholpen,a,phone
2,2026-03-02T09:00:00Z,9,Prima,a,chat
3,2026-03-03T09:00:00Z,9,,a,phone
4,2026-03-04T09:00:00Z,0,Lang gewacht,a,phone
5,2026-03-05T09:00:00Z,8,,a,phone
6,2026-04-01T09:00:00Z,10,,b,phone
7,2026-04-02T09:00:00Z,3,,b,chat
8,2026-04-03T09:00:00Z,,geen mening,b,chat
9,2026-04-04T09:00:00Z,2,,b,phone
10,2026-04-05T09:00:00Z,6.5,,b,phone
11,2026-04-06T09:00:00Z,7,,b,phone
12,2026-04-07T09:00:00Z,4,,b,phone
"""


@pytest.fixture
def answers(tmp_path):
    path = tmp_path / "answers.csv"
    path.write_text(ANSWERS, encoding="utf-8")
    return path


@pytest.fixture
def klankbord(monkeypatch, capsys):
    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["klankbord", *map(str, arguments)])
        code = run()
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call


def test_score_as_json_has_the_documented_shape(klankbord, answers):
    code, out, _ = klankbord("score", answers, "--by", "team", "--format", "json")
    result = json.loads(out)
    assert code == 0
    assert result["question"]["by"] == ["team"]
    assert result["question"]["measure"]["name"] == "nps"
    first = result["rows"][0]
    assert first["by"] == {"team": "a"}
    assert (first["n"], first["value"], first["promoters"], first["passives"], first["detractors"]) == (
        5,
        40.0,
        3,
        1,
        1,
    )
    assert first["low"] < 40 < first["high"]
    assert first["method"] == "score"
    assert isinstance(result["notices"], list)


def test_score_as_table_and_csv_agree(klankbord, answers):
    _, table, _ = klankbord("score", answers, "--by", "team")
    _, text, _ = klankbord("score", answers, "--by", "team", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["team"] for row in rows] == ["a", "b"]
    assert "+40.0" in table
    assert float(rows[0]["value"]) == 40.0


@pytest.mark.parametrize(("target", "expected"), [("-50", 0), ("60", 1)])
def test_target_decides_the_exit_code(klankbord, answers, target, expected):
    code, out, _ = klankbord("score", answers, "--target", target)
    assert code == expected
    assert ("falls short" in out) == bool(expected)


def test_score_by_an_unknown_column_names_the_nearest(klankbord, answers):
    code, out, err = klankbord("score", answers, "--by", "taem")
    assert code == 2
    assert out == ""
    assert "there is no column 'taem'" in err
    assert "did you mean 'team'?" in err


def test_error_as_json_is_json(klankbord, answers):
    code, out, _ = klankbord("score", answers, "--by", "taem", "--format", "json")
    assert code == 2
    assert json.loads(out)["error"]["code"] == "unknown_column"


def test_compare_two_groups_and_more(klankbord, answers):
    _, out, _ = klankbord("compare", answers, "--by", "team", "--format", "json")
    (row,) = json.loads(out)["rows"]
    assert row["by"] == {"team": "a"}
    assert row["value"] == pytest.approx(40 - (1 - 3) * 20)
    assert row["verdict"] in {"real", "unclear", "noise"}
    code, table, _ = klankbord("compare", answers, "--by", "channel")
    assert code == 0
    assert "too few" in table


def test_trend_by_month(klankbord, answers):
    _, out, _ = klankbord("trend", answers, "--every", "month", "--format", "json")
    assert [row["month"] for row in json.loads(out)["rows"]] == ["2026-03-01", "2026-04-01"]


def test_check_lists_every_drop_with_its_row(klankbord, answers):
    code, out, _ = klankbord("check", answers, "--format", "json")
    facts = json.loads(out)
    assert code == 0
    assert (facts["read"], facts["kept"]) == (12, 10)
    drops = {drop["reason"]: drop["rows"] for drop in facts["dropped"]}
    assert drops == {"no_score": [9], "not_a_score": [11]}
    _, table, _ = klankbord("check", answers)
    assert "12 rows read, 10 kept, 2 dropped" in table


@pytest.mark.parametrize("suffix", ["html", "pdf", "xlsx"])
def test_report_is_written_whole(klankbord, answers, tmp_path, suffix):
    target = tmp_path / f"report.{suffix}"
    code, out, _ = klankbord("report", answers, "-o", target, "--language", "nl")
    assert code == 0
    assert str(target) in out
    assert target.stat().st_size > 2000
    assert sorted(path.name for path in tmp_path.iterdir()) == ["answers.csv", f"report.{suffix}"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["score", "nowhere.csv"], "nowhere.csv"),
        (["score", "{answers}", "--scale", "ten"], "'ten' is not a scale"),
        (["score", "{answers}", "--measure", "happiness"], "there is no measure 'happiness'"),
        (["score", "{answers}", "--level", "95"], "level 95"),
        (["report", "{answers}", "-o", "report.docx"], ".docx"),
        (["report", "{answers}", "-o", "{folder}/nowhere/report.html"], "nowhere"),
        (["report", "{answers}", "--language", "es"], "es"),
        (["sample-size"], "margin"),
        (["score"], "files"),
    ],
)
def test_bad_input_is_said_and_leaves_with_two(klankbord, answers, arguments, message):
    filled = [argument.format(answers=answers, folder=answers.parent) for argument in arguments]
    code, _, err = klankbord(*filled)
    assert code == 2
    assert message.casefold() in err.casefold()
    assert "Traceback" not in err


def test_sample_size(klankbord):
    assert klankbord("sample-size", "--margin", "5")[1] == "938 answers for a margin of 5 points\n"


def test_command_starts_as_a_process(answers):
    done = subprocess.run(
        [sys.executable, "-m", "klankbord", "score", str(answers)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert "NPS" in done.stdout


@pytest.fixture
def reworded(tmp_path):
    """Answers to two wordings of a question, the second from April on."""
    path = tmp_path / "reworded.csv"
    rows = [
        f"2026-{month:02}-{day:02},{score},{1 + (month > 3)}"
        for month in range(1, 7)
        for day, score in enumerate((10, 9, 3, 8, 10, 7), start=1)
    ]
    path.write_text("\n".join(["answered_at,score,survey_version", *rows]), encoding="utf-8")
    return path


def test_trend_is_drawn_with_a_line_where_the_question_was_worded_otherwise(klankbord, reworded, answers, tmp_path):
    drawn, page = tmp_path / "trend.svg", tmp_path / "trend.html"
    assert klankbord("trend", reworded, "-o", drawn)[0] == 0
    assert "new wording" in drawn.read_text(encoding="utf-8")
    assert klankbord("trend", reworded, "-o", page)[0] == 0
    assert "the wording of the questionnaire changed: version 1 from 2026-01" in page.read_text(encoding="utf-8")
    told = json.loads(klankbord("trend", reworded, "--format", "json")[1])
    assert "wording_changed" in {notice["code"] for notice in told["notices"]}
    klankbord("trend", answers, "-o", drawn)
    assert "new wording" not in drawn.read_text(encoding="utf-8")
    assert klankbord("trend", answers, "-o", tmp_path / "trend.doc")[0] == 2
