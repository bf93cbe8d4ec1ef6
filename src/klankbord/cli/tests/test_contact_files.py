"""Files of contact records on the command line: checked as such, and refused by commands that score answers."""

import json

import pytest

from klankbord.cli.commands import run

CALLS = """Call ID,Start,Agent,Queue,Wait time,Talk time,NPS score
1,2026-11-20 09:00:00,mila,Bills,48,600,9
2,2026-11-20 09:10:00,tom,Bills,-3,60,
"""


@pytest.fixture
def klankbord(capsys, monkeypatch):
    def command(*arguments):
        monkeypatch.setattr("sys.argv", ["klankbord", *map(str, arguments)])
        code = run()
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return command


@pytest.fixture
def calls(tmp_path):
    (tmp_path / "calls.csv").write_text(CALLS)
    return tmp_path / "calls.csv"


def test_check_says_what_became_of_contact_records(klankbord, calls):
    code, out, _ = klankbord("check", calls, "--zone", "UTC", "--format", "json")
    facts = json.loads(out)
    assert code == 0
    assert facts["recognised"]["kind"] == "contacts"
    assert facts["recognised"]["fields"]["talk_s"] == "Talk time"
    assert (facts["read"], facts["kept"], facts["dropped"][0]["reason"]) == (2, 1, "negative_duration")
    assert facts["first_at"] == "2026-11-20T09:00:00Z"
    _, table, _ = klankbord("check", calls)
    assert "2 rows read, 1 kept, 1 dropped" in table
    assert "klankbord import calls.csv --lake DIR" in table
    _, listed, _ = klankbord("check", calls, "--format", "csv")
    assert "negative_duration" in listed


def test_check_takes_columns_by_option(klankbord, calls):
    _, out, _ = klankbord("check", calls, "--id", "Agent", "--format", "json")
    assert json.loads(out)["recognised"]["fields"]["external_id"] == "Agent"


@pytest.mark.parametrize("command", ["score", "trend", "report"])
def test_other_commands_say_that_contacts_are_to_be_imported(klankbord, calls, command):
    code, _, told = klankbord(command, calls)
    assert code == 2
    assert "this is a file of contacts" in told
    assert f"klankbord import {calls} --lake DIR" in told


def test_scores_among_contacts_are_scored_when_their_column_is_named(klankbord, calls):
    code, out, _ = klankbord("score", calls, "--score", "NPS score")
    assert code == 0
    assert "1 answers" in out


def test_conversations_that_hold_surveys_are_scored_as_before(klankbord, shared):
    code, out, _ = klankbord("score", shared / "samples" / "genesys_conversation_detail.json")
    assert code == 0
    assert "1 answers" in out
