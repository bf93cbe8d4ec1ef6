"""An import that is killed at any moment leaves the lake as it was or as it should become, whole."""

import random
import subprocess
import sys
import time

import pytest

from klankbord.lake import Lake
from klankbord.lake.engine import connect
from klankbord.lake.upkeep import verify

ROWS = 40
IMPORTING = """
import sys
from pathlib import Path
from klankbord.lake import Lake, import_files
lake = Lake.open(sys.argv[1])
for path in sorted(Path(sys.argv[2]).glob("*.csv"))[int(sys.argv[3]):]:
    import_files(lake, path, table="contacts")
    print(path.stem, flush=True)
"""


def make_files(folder, count):
    folder.mkdir()
    head = "Call ID,Conversation,Start,End,Queue,Customer,Wait time,Talk time,NPS\n"
    for number in range(count):
        rows = []
        for row in range(ROWS):
            moment = f"2026-0{1 + row % 3}-02 0{row % 10}"
            rows.append(
                f"{number}-{row},{number}-{row},{moment}:00:00,{moment}:05:00,Bills,c{row % 7},30,270,{row % 11}\n"
            )
        (folder / f"{number:05d}.csv").write_text(head + "".join(rows))


def state(lake):
    """Count contacts and answers as one reader sees them at one moment."""
    snapshot = lake.snapshot()
    with connect() as engine:
        return tuple(
            engine.execute(f"from {snapshot.relation(table)} select count(*)").fetchall()[0][0]
            for table in ("contacts", "responses")
        )


def import_and_kill(lake, files, dice):
    """Let another process import on from where the lake is, kill it, and return what was seen and what it said."""
    begin = str(state(lake)[0] // ROWS)
    command = [sys.executable, "-c", IMPORTING, str(lake.folder), str(files), begin]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        child.stdout.readline()
        end, seen = time.monotonic() + dice.uniform(0, 1), [state(lake)]
        while time.monotonic() < end:
            seen.append(state(lake))
        child.kill()
        done = int(begin) + 1 + len(child.stdout.read().split())
    return [*seen, state(lake)], done


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_an_import_killed_at_fifty_random_moments_is_whole_or_not_there(tmp_path):
    lake = Lake.create(tmp_path / "lake", key=b"a key for the tests")
    make_files(tmp_path / "files", 400)
    dice, cut_short = random.Random(20), 0
    for _ in range(50):
        seen, done = import_and_kill(lake, tmp_path / "files", dice)
        assert seen == sorted(seen)
        assert all(contacts == answers and contacts % ROWS == 0 for contacts, answers in seen)
        # What was said to be done stays done.
        assert seen[-1][0] >= done * ROWS
        findings = [finding for finding in verify(lake) if not finding.well]
        assert all(finding.harmless for finding in findings)
        cut_short += bool(findings)
    # A test in which no kill ever met a write would prove nothing.
    assert cut_short >= 10
