"""The backend that Django loads: transactions of one process wait for each other in a queue, or go together.

SQLite lets a writer who finds another at work sleep and try again, ever longer: with eight threads the slowest waits
many times as long as it has to. A lock wakes the next one as soon as there is room. Other processes are still met by
SQLite's own waiting.
"""

from collections.abc import Sequence
from threading import Lock
from typing import Any, Final

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

from klankbord.web.kernel.sqlite3.gathering import Gathering
from klankbord.web.kernel.statements import Statement

_PATIENCE_S: Final = 30
_turn = Lock()
_gathering = Gathering()


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that begins a transaction only when no other thread is in one."""

    _has_turn = False

    def planned_cursor(self) -> Any:
        """Return a cursor: SQLite keeps its plans by itself."""
        return self.cursor()

    def write(self, statements: Sequence[Statement]) -> Any:
        """Carry out statements in one transaction, with those of other threads, and return the first one's row."""
        if self.in_atomic_block:
            return self._written(statements)
        return _gathering.write(statements, self._written_together)

    def _written_together(self, several: list[Sequence[Statement]]) -> list[Any]:
        self.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
        try:
            rows = [self._written(statements) for statements in several]
            self.commit()
        except BaseException:
            self.rollback()
            raise
        finally:
            self.set_autocommit(True)
        return rows

    def _written(self, statements: Sequence[Statement]) -> Any:
        with self.cursor() as cursor:
            first, *_ = [cursor.execute(*one).fetchone() for one in statements]
        return first

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
