"""A trust report and its funnel against pandas on the same tables: ratios of one run, and peak memory.

`SCALE=small` weighs 1 million contacts, `full` 20 million. `KLANKBORD_BENCH=DIR` keeps simulated lakes between runs.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

SCALE = os.environ.get("SCALE", "small")
CONTACTS = {"small": 1_000_000, "full": 20_000_000}[SCALE]

START = "import json, resource, sys, time\nfrom klankbord.lake import Lake\nlake = Lake.open(sys.argv[1])\n"
END = "print(json.dumps([took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024]))\n"
FUNNEL = """
from klankbord.lake.engines.local import LocalEngine
from klankbord.lake.questions import Question
from klankbord.lake.questions.answering import scope_of
from klankbord.lake.trusting.counting import Counting, count_funnels
snapshot, engine = lake.snapshot(), LocalEngine()
start = time.perf_counter()
scope = scope_of(Question.of("response_rate", by="channel"), snapshot, engine)
whole, parts = count_funnels(Counting(snapshot=snapshot, scope=scope, engine=engine), ["channel"], 0.95)
took = time.perf_counter() - start
assert whole["scored"].count and len(parts) > 2
"""
REPORT = """
from klankbord.lake import trust_of
start = time.perf_counter()
report = trust_of(lake, by="channel")
took = time.perf_counter() - start
assert len(report.findings) == 13
"""
PANDAS = """
import pandas as pd
from klankbord.trust import STAGES
columns = [*STAGES, "channel", "not_asked_reason", "not_counted_reason"]
files = lake.snapshot().files("contacts")
start = time.perf_counter()
frame = pd.concat([pd.read_parquet(file, columns=columns) for file in files], ignore_index=True)
whole = frame[list(STAGES)].sum()
parts = frame.groupby("channel", dropna=False)[list(STAGES)].sum()
why = [frame.groupby(name).size() for name in ("not_asked_reason", "not_counted_reason")]
took = time.perf_counter() - start
assert whole["scored"] and len(parts) > 2
"""


def run(code: str, lake: Path) -> tuple[float, int]:
    """Run code in a process of its own; return its seconds and its peak memory in MB."""
    command = [sys.executable, "-c", START + code + END, str(lake)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds, peak = json.loads(done.stdout.splitlines()[-1])
    return seconds, peak


def simulated(folder: Path) -> Path:
    lake = folder / f"trust-{CONTACTS}"
    if not lake.exists():
        command = [sys.executable, "-m", "klankbord", "simulate", lake, "--contacts", CONTACTS, "--months", 24]
        subprocess.run([str(part) for part in command], check=True, capture_output=True)
    return lake


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        lake = simulated(Path(os.environ.get("KLANKBORD_BENCH", folder)))
        rival, rival_peak = min(run(PANDAS, lake) for _ in range(2))
        print(f"{CONTACTS:,} contacts; pandas, the funnel by channel: {rival:.2f} s, {rival_peak:,} MB")
        for name, code in (("the funnel by channel, with what was recorded", FUNNEL), ("the whole report", REPORT)):
            seconds, peak = min(run(code, lake) for _ in range(2))
            print(f"  {name}: {seconds:.2f} s, {seconds / rival:.2f} of pandas' time, {peak:,} MB")


if __name__ == "__main__":
    main()
