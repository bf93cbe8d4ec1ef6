"""Rows put in by a statement that is made once: for the few tables in which somebody waits for every row."""

from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models


def insert(row: models.Model) -> None:
    """Put a new row in, as `row.save(force_insert=True)` does without signals and parents, in a fifth of its time."""
    connection = connections[DEFAULT_DB_ALIAS]
    fields, statement = _statement(type(row))
    told = [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(statement, told)
        (row.pk,) = cursor.fetchone()
    row._state.adding = False  # noqa: SLF001  what Django's own saving does
    row._state.db = connection.alias  # noqa: SLF001


@cache
def _statement(model: type[models.Model]) -> "tuple[list[models.Field[Any, Any]], str]":
    fields = [field for field in model._meta.local_concrete_fields if not field.primary_key]  # noqa: SLF001
    quote = connections[DEFAULT_DB_ALIAS].ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    blanks = ", ".join("%s" for _ in fields)
    table, key = quote(model._meta.db_table), quote(str(model._meta.pk.column))  # noqa: SLF001
    return fields, f"insert into {table} ({columns}) values ({blanks}) returning {key}"  # noqa: S608
