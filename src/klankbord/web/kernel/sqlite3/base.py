"""The backend that Django loads: transactions of one process wait for each other in a queue.

SQLite lets a writer who finds another at work sleep and try again, ever longer: with eight threads the slowest waits
many times as long as it has to. A lock wakes the next one as soon as there is room. Other processes are still met by
SQLite's own waiting.
"""

from threading import Lock
from typing import Final

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

_PATIENCE_S: Final = 30
_turn = Lock()


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that begins a transaction only when no other thread is in one."""

    _has_turn = False

    def _start_transaction_under_autocommit(self) -> None:
        if not _turn.acquire(timeout=_PATIENCE_S):
            raise OperationalError("database is locked: another thread was writing for half a minute")
        self._has_turn = True
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._give_way()
            raise

    def _commit(self) -> None:
        try:
            super()._commit()  # type: ignore[misc]
        finally:
            self._give_way()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._give_way()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._give_way()

    def _give_way(self) -> None:
        if self._has_turn:
            self._has_turn = False
            _turn.release()
