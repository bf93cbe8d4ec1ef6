"""What several threads have to write at one moment goes into one transaction, which is one wait for the disk.

Whoever finds nobody at work writes for all who wait; whoever comes meanwhile waits to be written for, or to be next.
Nobody returns before theirs is on disk.
"""

from collections.abc import Callable, Sequence
from threading import Condition
from typing import Any

from klankbord.web.kernel.statements import Statement

_Together = Callable[[list[Sequence[Statement]]], list[Any]]


class _Wish:
    """What one thread has to write, and the row that comes of it."""

    def __init__(self, statements: Sequence[Statement]) -> None:
        self.statements = statements
        self.is_done = False
        self.row: Any = None


class Gathering:
    """Threads that write together."""

    def __init__(self) -> None:
        self._room = Condition()
        self._waiting: list[_Wish] = []
        self._is_at_work = False

    def write(self, statements: Sequence[Statement], together: _Together) -> Any:
        """Return the row that comes of statements, carried out by whoever comes to it; an error is for its own thread.

        `together` carries out the statements of several in one transaction, and returns the row of each.
        """
        mine = _Wish(statements)
        with self._room:
            self._waiting.append(mine)
            self._room.wait_for(lambda: mine.is_done or not self._is_at_work)
            if mine.is_done:
                return mine.row
            self._is_at_work, all_ = True, list(self._waiting)
        try:
            _fulfil(all_, together)
        except Exception:
            if all_ == [mine]:
                raise
            _fulfil([mine], together)  # one of them cannot be carried out: each finds out by itself
        finally:
            with self._room:
                self._waiting = [one for one in self._waiting if not (one.is_done or one is mine)]
                self._is_at_work = False
                self._room.notify_all()
        return mine.row


def _fulfil(wishes: list[_Wish], together: _Together) -> None:
    for one, row in zip(wishes, together([one.statements for one in wishes]), strict=True):
        one.row, one.is_done = row, True
