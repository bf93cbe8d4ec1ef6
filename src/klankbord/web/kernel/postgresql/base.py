"""The backend that Django loads: a question is planned once a connection, and what is written at once is one message.

Each message is a wait for the server, and to plan a question of many tables costs it more than to answer it.
"""

from collections.abc import Sequence
from selectors import EVENT_READ, DefaultSelector
from typing import Any

from django.db.backends.postgresql import base

from klankbord.web.kernel.statements import Statement


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that sees by itself when the server has hung up."""

    def is_usable(self) -> bool:
        """Say whether the server is there: it is while it keeps silent, and is asked only when it does not."""
        if self.connection is None or self.connection.closed:
            return False
        with DefaultSelector() as line:
            line.register(self.connection.fileno(), EVENT_READ)
            is_silent = not line.select(0)
        return is_silent or bool(super().is_usable())

    def planned_cursor(self) -> Any:
        """Return a cursor whose questions are planned once, however often they are asked."""
        self.close_if_health_check_failed()
        self.ensure_connection()
        with self.wrap_database_errors:
            return self._prepare_cursor(base.ServerBindingCursor(self.connection))  # type: ignore[attr-defined, call-arg]

    def write(self, statements: Sequence[Statement]) -> Any:
        """Carry out statements in one transaction, which one message is, and return the first one's row."""
        with self.cursor() as cursor:
            cursor.execute("; ".join(text for text, _ in statements), [one for _, told in statements for one in told])
            return cursor.fetchone() if cursor.description else None
