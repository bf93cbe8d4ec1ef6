"""`klankbord import` and `lake` as they are typed: what they say, and what they leave behind."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

CALLS = """Call ID,Start,End,Queue,Agent,Customer,Wait time,Talk time
1,2026-03-02 09:00:00,2026-03-02 09:05:00,Bills,mila,jan@voorbeeld.example,30,240
2,2026-03-02 10:00:00,2026-03-02 10:05:00,Bills,mila,piet@voorbeeld.example,10,200
"""


@pytest.fixture
def calls(tmp_path):
    (tmp_path / "calls.csv").write_text(CALLS)
    return tmp_path / "calls.csv"


def klankbord(*words, cwd, given=""):
    command = [sys.executable, "-m", "klankbord", *map(str, words)]
    return subprocess.run(command, cwd=cwd, input=given, capture_output=True, text=True, check=False)


def test_a_centre_is_imported_looked_at_and_forgotten(tmp_path, calls):
    first = klankbord("import", calls, "--lake", "centre", cwd=tmp_path)
    assert first.returncode == 0, first.stderr
    assert "A new lake was made" in first.stdout
    assert (tmp_path / "centre.key").exists()
    again = json.loads(klankbord("import", calls, "--lake", "centre", "--format", "json", cwd=tmp_path).stdout)
    assert again["tables"]["contacts"] == {"new": 0, "changed": 0, "unchanged": 2}
    status = json.loads(klankbord("lake", "status", "centre", "--format", "json", cwd=tmp_path).stdout)
    assert status["tables"][0] == {
        **status["tables"][0], "table": "contacts", "rows": 2, "from": "2026-03", "until": "2026-03",
    }  # fmt: skip
    gone = klankbord("lake", "erase", "centre", "--customer", "-", cwd=tmp_path, given="Jan@voorbeeld.example\n")
    assert "contacts" in gone.stdout
    taken = klankbord("lake", "export", "centre", "--table", "contacts", "-o", "contacts.csv", cwd=tmp_path)
    assert "1 rows" in taken.stdout
    assert klankbord("lake", "verify", "centre", cwd=tmp_path).returncode == 0


def test_a_dry_run_and_a_refusal_leave_no_trace(tmp_path, calls):
    before = sorted(tmp_path.iterdir())
    assert "this was a dry run" in klankbord("import", calls, "--lake", "centre", "--dry-run", cwd=tmp_path).stdout
    refused = klankbord("import", calls, "--lake", "centre", "--keep", "Nowhere", cwd=tmp_path)
    assert refused.returncode == 2
    assert "Nowhere" in refused.stderr
    assert sorted(tmp_path.iterdir()) == before


def test_a_broken_lake_is_told_with_exit_code_1(tmp_path, calls):
    klankbord("import", calls, "--lake", "centre", cwd=tmp_path)
    next(Path(tmp_path, "centre", "contacts").glob("month=*/*.parquet")).write_bytes(b"")
    broken = klankbord("lake", "verify", "centre", cwd=tmp_path)
    assert broken.returncode == 1
    assert "as long as the log says" in broken.stdout


def test_a_lake_that_is_not_there_is_told_how_to_make(tmp_path):
    missing = klankbord("lake", "status", "centre", cwd=tmp_path)
    assert missing.returncode == 2
    assert "klankbord lake create" in missing.stderr
