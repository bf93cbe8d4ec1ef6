"""A file of a million rows to a report against bare polars on the same file: ratios of one run, and peak memory."""

import subprocess
import sys
import tempfile
from multiprocessing import Process
from pathlib import Path
from time import perf_counter

import numpy as np

ROWS = 1_000_000
TIMES = 3

POLARS = """
import sys, time, polars as pl
start = time.perf_counter()
frame = pl.read_csv(sys.argv[1])
score = pl.col("score")
frame.group_by("queue", "team").agg(n=pl.len(), good=(score > 8).sum(), bad=(score < 7).sum())
print(time.perf_counter() - start)
"""
SCORE = """
import sys, time
import klankbord.score, klankbord.lake
start = time.perf_counter()
klankbord.score.score(klankbord.lake.read(sys.argv[1]), by=["queue", "team"])
print(time.perf_counter() - start)
"""
REPORT = """
import sys, time
import klankbord.score, klankbord.lake, klankbord.reports
start = time.perf_counter()
answers = klankbord.lake.read(sys.argv[1])
klankbord.score.score(answers, by=["queue", "team"])
klankbord.reports.build_report(answers).save(sys.argv[2])
print(time.perf_counter() - start)
"""


def write_file(path: Path) -> None:
    """Write answers with 20 columns: ids, moments, comments, dimensions of every size."""
    import polars as pl

    rng = np.random.default_rng(1)
    moments = np.datetime64("2026-01-01T00:00:00", "ms") + rng.integers(0, 180 * 86_400_000, ROWS).astype(
        "timedelta64[ms]"
    )
    comments = np.array(
        ["Snel geholpen, dank", 'Lang "in de wacht"', "", "prima", "Niet opgelost; twee keer moeten bellen"]
    )
    columns: dict[str, object] = {
        "response_id": np.arange(ROWS),
        "answered_at": moments,
        "score": rng.choice(11, ROWS, p=np.array([3, 1, 2, 2, 3, 6, 8, 15, 20, 18, 22]) / 100),
        "comment": rng.choice(comments, ROWS),
        "queue": rng.choice(["invoices", "technical", "orders", "moving"], ROWS),
        "team": rng.choice([f"team {at}" for at in range(20)], ROWS),
        "agent": rng.choice([f"agent {at}" for at in range(500)], ROWS),
        "channel": rng.choice(["phone", "chat", "e-mail"], ROWS),
        "language": rng.choice(["nl", "fr"], ROWS),
    }
    columns |= {f"choice {at}": rng.choice([f"value {one}" for one in range(8)], ROWS) for at in range(6)}
    columns |= {f"number {at}": rng.integers(0, 10_000, ROWS) for at in range(5)}
    pl.DataFrame(columns).write_csv(path)


def timed(code: str, *arguments: str) -> tuple[float, float, int]:
    """Return the best seconds inside and around a process, and its peak memory in MB."""
    inside, around, peak = [], [], 0
    for _ in range(TIMES):
        measured = f"{code}\nimport resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
        start = perf_counter()
        done = subprocess.run([sys.executable, "-c", measured, *arguments], capture_output=True, text=True, check=True)
        around.append(perf_counter() - start)
        seconds, kilobytes = done.stdout.split()
        inside.append(float(seconds))
        peak = max(peak, int(kilobytes) // 1024)
    return min(inside), min(around), peak


def main() -> None:
    """Print times and ratios."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answers.csv"
        # A process of its own, because a child begins with the peak memory of its parent.
        writer = Process(target=write_file, args=(path,))
        writer.start()
        writer.join()
        print(f"{ROWS:,} rows, 20 columns, {path.stat().st_size / 1e6:.0f} MB; best of {TIMES} runs")
        rival = timed(POLARS, str(path))
        show("polars.read_csv + group-by", rival, rival)
        show("read and score by two dimensions", timed(SCORE, str(path)), rival)
        show("read, score and HTML report", timed(REPORT, str(path), str(Path(folder) / "report.html")), rival)


def show(what: str, ours: tuple[float, float, int], rival: tuple[float, float, int]) -> None:
    """Print one line: seconds of work and of the whole process, ratios to the rival's, and memory."""
    work, whole, peak = ours
    print(
        f"{what:<34} work {work:5.2f} s ({work / rival[0]:4.1f} x)   "
        f"whole process {whole:5.2f} s ({whole / rival[1]:4.1f} x)   peak {peak:5,} MB"
    )


if __name__ == "__main__":
    main()
