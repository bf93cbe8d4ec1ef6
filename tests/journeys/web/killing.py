"""An installation that is killed again and again, as by power cuts, while somebody works with it."""

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.journeys.web.installation import Installation
from tests.journeys.web.postgres import Server, server


@contextmanager
def installation_on(kind: str, folder: Path) -> Iterator[tuple[Installation, Server | None]]:
    """Give an installation on SQLite, or on a PostgreSQL server of its own."""
    if kind == "sqlite":
        yield Installation(folder / "home", ["serve"]), None
        return
    with server(folder / "postgres") as database:
        yield Installation(folder / "home", ["serve"], database.url), database


@contextmanager
def killed_again_and_again(
    installation: Installation, database: Server | None, *, times: int, between: tuple[float, float]
) -> Iterator[list[float]]:
    """Kill everything and start it again beside what is done here; give the seconds that lay before each time."""
    stopping, pauses, chance = threading.Event(), list[float](), random.Random(7)

    def kill() -> None:
        for _ in range(times):
            pause = chance.uniform(*between)
            if stopping.wait(pause):
                return
            installation.kill()
            if database:
                database.kill()
                database.start()
            installation.start()
            pauses.append(pause)

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        yield pauses
    finally:
        stopping.set()
        killer.join()
