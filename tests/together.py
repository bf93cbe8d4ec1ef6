"""Several at once, each with a connection of its own, as threads of the product have."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

from django.db import OperationalError, connection

from klankbord.web.kernel.models import Organisation
from klankbord.web.kernel.tenancy import acting_in


def together(organisation: Organisation, *works: Callable[[], Any]) -> list[BaseException]:
    """Do several things at once, each in a thread with a connection of its own, and return what went wrong."""
    wrong: list[BaseException] = []
    start = Barrier(len(works))

    def done(work: Callable[[], Any]) -> None:
        try:
            with acting_in(organisation):
                start.wait()
                work()
        except BaseException as error:  # noqa: BLE001  the test tells which
            wrong.append(error)
        finally:
            connection.close()

    threads = [Thread(target=done, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


def patiently(work: Callable[[], Any]) -> Any:
    """Try until it goes: SQLite in memory, as tests have it, is one cache for all connections.

    It refuses who finds another at work instead of letting them wait, and when one rolls back it ends what others read.
    A register in a file does neither.
    """
    while True:
        try:
            return work()
        except OperationalError as error:
            if connection.vendor != "sqlite" or not any(word in str(error) for word in ("locked", "ROLLBACK")):
                raise
