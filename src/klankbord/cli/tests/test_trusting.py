"""`klankbord trust` as its users run it: a lake or a file in, a verdict with reasons out."""

import json
import sys
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pytest

from klankbord.cli.commands import run
from klankbord.lake import Lake
from klankbord.trust import STAGES


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    made = Lake.create(tmp_path_factory.mktemp("trusted") / "lake")
    contacts, responses = [], []
    for at in range(600):
        day = date(2026, 1 + at // 300, 1 + at % 28)
        scored = at % 4 == 0
        asked = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        row = {"source": "s", "external_id": str(at), "channel": ("phone", "chat")[at % 3 == 0], "team": "Ghent",
               "day": day, "month": f"{day:%Y-%m}", "invited_at": asked, "survey_channel": "email",
               "answered": True,
               "score": (10, 9, 8, 3)[at // 4 % 4] if scored else None,
               "metric": "nps" if scored else None}  # fmt: skip
        reached = dict.fromkeys(STAGES[:4], True) | dict.fromkeys(("started", "scored"), scored)
        contacts.append(row | reached | {"opened": None, "commented": False})
        if scored:
            responses.append({**{name: row[name] for name in ("channel", "team", "day", "month", "score", "metric")},
                              "source": "s", "external_id": str(at), "contact_source": "s", "contact": str(at),
                              "counted": True, "answered_at": asked + timedelta(hours=1 + at % 50)})  # fmt: skip
    with made.writing() as batch:
        batch.append("contacts", pa.Table.from_pylist(contacts))
        batch.append("responses", pa.Table.from_pylist(responses))
    return made.folder


@pytest.fixture
def trust(monkeypatch, capsys):
    monkeypatch.delenv("KLANKBORD_LAKE", raising=False)

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["klankbord", "trust", *map(str, arguments)])
        code = run()
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call


def test_a_lake_is_judged_in_words(trust, lake):
    code, out, _ = trust("--lake", lake, "--period", "2026-02", "--target", "0", "--by", "channel")
    assert code == 0
    assert out.startswith("NPS +")
    assert "with care" in out.splitlines()[0]
    for word in ("opened", "not known", "By group", "What silence can hide", "silent customers were all detractors"):
        assert word in out
    assert "of the change of" in out


def test_json_holds_every_part(trust, lake):
    told = json.loads(trust("--lake", lake, "--period", "2026-02", "--format", "json")[1])
    assert told["funnel"]["contacts"] == 300
    assert told["verdict"]["verdict"] == "with care"
    assert {test["rows"][0]["test"] for test in told["tests"]} >= {"fast_answers", "mix_shift", "inviting_rate"}
    assert told["funnel"]["rows"][4] == {
        "stage": "opened", "count": None, "of": None, "rate": None, "low": None, "high": None, "known": 0.0
    }  # fmt: skip


def test_csv_has_a_row_for_every_test(trust, lake):
    rows = trust("--lake", lake, "--format", "csv")[1].splitlines()
    assert rows[0].startswith("test,state,effect")
    assert len(rows) == 14


@pytest.mark.parametrize("name", ["trust.svg", "trust.html", "trust.png"])
def test_a_chart_is_written(trust, lake, tmp_path, name):
    code, out, _ = trust("--lake", lake, "--period", "2026-02", "-o", tmp_path / name)
    assert (code, out.strip()) == (0, str(tmp_path / name))
    assert (tmp_path / name).stat().st_size > 2000


def test_a_file_is_judged_as_far_as_it_goes(trust, tmp_path):
    path = tmp_path / "answers.csv"
    path.write_text("score,date\n" + "10,2026-01-03\n4,2026-02-04\n" * 60, encoding="utf-8")
    code, out, _ = trust(path)
    assert code == 0
    assert "a file of answers does not say who was asked" in out
    assert trust(path, "--format", "chart")[0] == 2


def test_nothing_and_questions_to_files_are_refused(trust, tmp_path):
    path = tmp_path / "answers.csv"
    path.write_text("score\n9\n", encoding="utf-8")
    assert trust()[0] == 2
    for option in ("--period", "--by", "--target"):
        code, _, said = trust(path, option, "2026")
        assert code == 2
        assert "lake" in said or "import" in said


SILENT = ["id,started_at,channel,score", *(
    f"c{at},2026-02-{at % 28 + 1:02} 09:{at % 60:02}:00,{'phone' if at % 3 else 'chat'},{'' if at % 4 else at % 11}"
    for at in range(400)
)]  # fmt: skip


@pytest.fixture
def silent(tmp_path):
    path = tmp_path / "calls.csv"
    path.write_text("\n".join(SILENT), encoding="utf-8")
    return path


def test_a_file_whose_rows_mostly_keep_silent_is_one_of_contacts(trust, silent):
    code, out, _ = trust(silent, "--by", "channel")
    assert code == 0
    assert (
        "calls.csv was taken for contacts: 100 of 400 have a score; the customers of the other 300 kept silent" in out
    )
    assert "--table responses" in out
    assert "of all 400 is between" in out  # silence is weighed though nobody recorded who could be asked
    assert "all 400 that were not abandoned count as such" in out
    assert "not asked:" not in out  # nobody recorded it
    assert "nobody recorded who was asked." in out
    assert "-0.0" not in out


def test_a_file_is_what_its_reader_says_it_is(trust, silent):
    _, out, _ = trust(silent, "--table", "responses")
    told = "calls.csv was taken for answers: 100 of them count; the other 300 rows are left out: no score was given"
    assert told in out
    assert "The funnel" not in out
    assert trust(silent, "--table", "answers")[0] == 2


def test_answers_of_which_some_were_skipped_stay_answers(trust, tmp_path):
    path = tmp_path / "survey.csv"
    path.write_text("date,score\n" + "2026-01-03,10\n2026-01-04,\n2026-02-04,4\n" * 40, encoding="utf-8")
    assert "survey.csv was taken for answers: 80 of them count" in trust(path)[1]
    code, out, _ = trust(path, "--table", "contacts")
    assert code == 0
    assert "taken for contacts: 80 of 120 have a score" in out


def test_a_file_that_says_who_was_asked_is_one_of_contacts(trust, tmp_path):
    rows = "".join(f"c{at},2026-01-03,true,{at % 3 > 0},{at % 11 if at % 3 else ''}\n" for at in range(120))
    path = tmp_path / "asked.csv"
    path.write_text(f"id,date,eligible,invited,score\n{rows}", encoding="utf-8")
    assert "asked.csv was taken for contacts: 80 of 120" in trust(path)[1]


def test_contacts_that_were_all_answered_tell_nothing_of_silence(trust, silent):
    silent.write_text("\n".join(line for line in SILENT if not line.endswith(",")), encoding="utf-8")
    _, out, _ = trust(silent, "--table", "contacts")
    assert "taken for contacts: 100 of 100 have a score; it seems to hold only contacts that were answered" in out
    assert "What silence can hide" not in out


def test_what_a_file_was_taken_for_is_told_to_machines(trust, silent):
    told = json.loads(trust(silent, "--format", "json")[1])
    assert told["notices"][0]["code"] == "taken_for_contacts"


def test_a_lake_without_such_answers_is_judged_as_having_none(trust, lake):
    for asked in (("--period", "2031"), ("--measure", "csat")):
        code, out, _ = trust("--lake", lake, *asked)
        assert code == 0
        assert out.startswith("No score: do not use")


def test_one_row_that_is_left_out_is_told_as_one(trust, tmp_path):
    path = tmp_path / "answers.csv"
    path.write_text("score,date\n" + "10,2026-01-03\n" * 20 + "11,2026-01-03\n", encoding="utf-8")
    assert "20 of them count; the other 1 row is left out: the score is off the scale" in trust(path)[1]
