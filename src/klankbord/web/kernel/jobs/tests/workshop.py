"""What a worker in a process of its own does in tests: handlers that write down what they did, and when."""

import os
import time
from datetime import timedelta
from pathlib import Path

from klankbord.web.kernel.jobs import Run, every, job, queue, work
from klankbord.web.kernel.jobs.registry import SCHEDULES


def write(path, *words):
    with Path(path).open("a", encoding="utf-8") as diary:
        diary.write(" ".join(map(str, (*words, os.getpid(), time.time()))) + "\n")


@job("workshop.labour")
def labour(run: Run, *, diary: str, name: str, lasts: float = 0) -> None:
    write(diary, "begin", name)
    for step in range(int(lasts * 10)):
        time.sleep(0.1)
        run.progress(step, int(lasts * 10))
    write(diary, "end", name)


@job("workshop.toil", long=True)
def toil(run: Run, *, diary: str, name: str, lasts: float) -> None:
    labour(run, diary=diary, name=name, lasts=lasts)


@job("workshop.tick")
def tick(run: Run) -> None:
    del run
    write(os.environ["DIARY"], "tick", 0)


def main(lease: float = 30, period: float = 0) -> None:
    SCHEDULES.clear()
    queue.LEASE = timedelta(seconds=lease)
    if period:
        every(timedelta(seconds=period), tick)
    Path(os.environ["DIARY"]).with_suffix(f".{os.getpid()}").touch()
    work()
