"""Questions, imports and simulation against named rivals on the same data: ratios of one run, and peak memory.

`SCALE=small` asks 1 million contacts and imports 500,000; `full` asks 100 million (17 GB of disk, about half an hour to
simulate) and imports 5 million. `KLANKBORD_BENCH=DIR` keeps the simulated lakes between runs. PostgreSQL is asked on
`KLANKBORD_BENCH_POSTGRES` (127.0.0.1 unless told) where `psql` reaches one.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from rivals import RIVALS, in_pandas, in_postgres
from tables import write_contacts

SCALE = os.environ.get("SCALE", "small")
CONTACTS = {"small": 1_000_000, "full": 100_000_000}[SCALE]
AGAINST_OTHERS = {"small": 1_000_000, "full": 20_000_000}[SCALE]
IMPORTED = {"small": 500_000, "full": 5_000_000}[SCALE]
AGENTS = {"small": 1_000, "full": 10_000}[SCALE]
TIMES = 3

OURS = """
import json, resource, sys, time
from klankbord.lake import Lake
from klankbord.lake.questions import ask
import duckdb, scipy.special, numpy
lake, question, times = Lake.open(sys.argv[1]), sys.argv[2], int(sys.argv[3])
took = []
for _ in range(times):
    start = time.perf_counter()
    answer = ask(question, lake)
    took.append(time.perf_counter() - start)
print(json.dumps([min(took), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024]))
"""
BARE = """
import json, resource, sys, time
from klankbord.lake import Lake
import duckdb
files, sql, times = sys.argv[1], sys.argv[2], int(sys.argv[3])
snapshot = Lake.open(files).snapshot()
took = []
for _ in range(times):
    start = time.perf_counter()
    with duckdb.connect() as engine:
        for table in ("contacts", "responses"):
            listed = ", ".join(f"'{path}'" for path in snapshot.files(table))
            engine.execute(f"create view {table} as select * from read_parquet([{listed}], hive_partitioning = true)")
        engine.execute(sql).fetchall()
    took.append(time.perf_counter() - start)
print(json.dumps([min(took), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024]))
"""
IMPORT = """
import json, resource, sys, time
from pathlib import Path
from klankbord.lake import Lake, Settings, import_files
settings = Settings(zone="Europe/Amsterdam", attribution="pseudonym", reason="benchmark")
lake = Lake.create(Path(sys.argv[2], "imported"), settings, key=b"the key of a benchmark")
start = time.perf_counter()
report = import_files(lake, sys.argv[1])
assert report.read == int(sys.argv[3]), report
print(json.dumps([time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024]))
"""
COPY = """
import json, resource, sys, time
import duckdb
start = time.perf_counter()
duckdb.execute(f"copy (select * from read_csv('{sys.argv[1]}')) to '{sys.argv[2]}/bare.parquet' (compression zstd)")
print(json.dumps([time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024]))
"""


def run(code: str, *arguments: object) -> tuple[float, int]:
    """Run code in a process of its own; return its seconds and its peak memory in MB."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds, peak = json.loads(done.stdout.splitlines()[-1])
    return float(seconds), int(peak)


def simulated(place: Path, contacts: int) -> Path:
    """Return a lake of so many contacts, simulated where it is not there yet."""
    lake = place / f"centre-{contacts}"
    if lake.exists():
        return lake
    start = perf_counter()
    options = ["--contacts", str(contacts), "--agents", str(AGENTS), "--months", "24", "--seed", "1"]
    klankbord = Path(sys.executable).with_name("klankbord")
    command = [str(klankbord), "simulate", str(lake), *options]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    seconds = perf_counter() - start
    print(f"simulated {contacts:,} contacts in {seconds:,.0f} s: {contacts / seconds:,.0f} contacts a second")
    return lake


def ask_all(lake: Path) -> None:
    """Print each question against the best SQL that we could write by hand, in the same engine."""
    for name, rival in RIVALS.items():
        seconds, peak = run(OURS, lake, rival.question, TIMES)
        bare, bare_peak = run(BARE, lake, rival.sql, TIMES)
        print(
            f"  {name:<44} {seconds:7.3f} s = {seconds / bare:4.2f} x hand-written SQL ({bare:.3f} s)   "
            f"peak {peak:,} MB, bare {bare_peak:,} MB"
        )


def against_others(lake: Path) -> None:
    """Print each question against PostgreSQL and pandas."""
    ours = {name: run(OURS, lake, rival.question, TIMES)[0] for name, rival in RIVALS.items()}
    for other in (in_postgres, in_pandas):
        for name, seconds in other(lake).items():
            ratio = f"{seconds / ours[name]:5.0f} x ours ({ours[name]:.3f} s)"
            print(f"  {name:<44} {other.__doc__:<12} {seconds:7.2f} s = {ratio}")


def import_csv(folder: Path) -> None:
    """Print an import against the engine's bare copy of the same file."""
    path = folder / "contacts.csv"
    write_contacts(path, IMPORTED)
    bare, bare_peak = run(COPY, path, folder)
    seconds, peak = run(IMPORT, path, folder, IMPORTED)
    size, pace = path.stat().st_size / 1e6, IMPORTED / seconds
    print(
        f"  {IMPORTED:,} rows, {size:,.0f} MB: {seconds:.1f} s, {pace:,.0f} rows a second = "
        f"{bare / seconds:.2f} of the speed of a bare copy ({bare:.1f} s)   "
        f"peak {peak:,} MB, bare {bare_peak:,} MB"
    )


def main() -> None:
    """Print times and ratios."""
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(os.environ.get("KLANKBORD_BENCH", scratch))
        lake = simulated(place, CONTACTS)
        print(f"questions to {CONTACTS:,} contacts, best of {TIMES}")
        ask_all(lake)
        print(f"the same against others, {AGAINST_OTHERS:,} contacts")
        against_others(simulated(place, AGAINST_OTHERS))
        print("import of CSV against the engine's bare copy")
        import_csv(Path(scratch))


if __name__ == "__main__":
    main()
