"""Statements that somebody waits for: made once, and carried out as the register does it best."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

from django.db import DEFAULT_DB_ALIAS, connections, models

Statement = tuple[str, Sequence[Any]]
"""The text of a statement, and its values in their order."""
# By question, once a process: to have its columns described anew takes longer than to read the row.
_COLUMNS: Final[dict[str, list[str]]] = {}
_AS_THEY_ARE = (models.CharField, models.IntegerField, models.BooleanField, models.ForeignKey)


def ask(question: str, told: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the first row that answers, by column and with values as the register keeps them; nothing without one."""
    with _register().planned_cursor() as cursor:
        cursor.execute(question, told)
        row = cursor.fetchone()
        if question not in _COLUMNS:
            _COLUMNS[question] = [column[0] for column in cursor.description]
    return None if row is None else dict(zip(_COLUMNS[question], row, strict=True))


def write(statements: Sequence[Statement]) -> Any:
    """Carry out statements, all or none, and return the row that the first one returns, if it does.

    When this returns they are on disk, unless it is called within a transaction.
    """
    return _register().write(statements) if statements else None


def _register() -> Any:
    """Return the connection to the register, of one of the backends beside this file."""
    return connections[DEFAULT_DB_ALIAS]


def insertion(row: models.Model, **instead: tuple[str, Any]) -> Statement:
    """Return what puts a new row in, all of it as it stands there, and returns its key.

    `instead` gives columns by an expression and the one value in it.
    """
    text, columns = _insertion(type(row), tuple((name, expression) for name, (expression, _) in instead.items()))
    connection = _register()
    told = row.__dict__ | {name: value for name, (_, value) in instead.items()}
    return text, [field.get_db_prep_save(told[name], connection) if field else told[name] for name, field in columns]


@cache
def _insertion(
    model: type[models.Model], instead: tuple[tuple[str, str], ...]
) -> "tuple[str, list[tuple[str, models.Field[Any, Any] | None]]]":
    """Return the statement, and its columns by name, each with its field where values have to be prepared."""
    fields = [field for field in model._meta.local_concrete_fields if not field.primary_key]  # noqa: SLF001
    quote = _register().ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)
    values = ", ".join(dict(instead).get(field.attname, "%s") for field in fields)
    table, key = quote(model._meta.db_table), quote(str(model._meta.pk.column))  # noqa: SLF001
    columns = [(field.attname, None if isinstance(field, _AS_THEY_ARE) else field) for field in fields]
    return f"insert into {table} ({names}) values ({values}) returning {key}", columns  # noqa: S608
