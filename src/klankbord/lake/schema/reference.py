"""The schema as a page to read: docs/schema.md is this, and a test holds it to that."""

from collections.abc import Iterator

from klankbord.lake.schema.columns import Column, TableSchema, Type

_TYPES = {
    Type.TEXT: "text",
    Type.FLAG: "yes or no",
    Type.SMALL: "whole number (16 bits)",
    Type.WHOLE: "whole number (32 bits)",
    Type.LONG: "whole number (64 bits)",
    Type.REAL: "real number",
    Type.DATE: "date",
    Type.INSTANT: "instant (UTC, microseconds)",
    Type.ATTRIBUTES: "text by name",
}


def schema_page(tables: tuple[TableSchema, ...], version: int) -> str:
    """Return the schema as Markdown.

    Examples
    --------
    >>> from klankbord.lake.schema import TABLES, VERSION
    >>> schema_page(tuple(TABLES.values()), VERSION).splitlines()[0]
    '# The tables of a lake'
    """
    return "\n".join([*_opening(tables, version), *(line for table in tables for line in _table(table))]) + "\n"


def _opening(tables: tuple[TableSchema, ...], version: int) -> Iterator[str]:
    yield "# The tables of a lake"
    yield ""
    yield f"Version {version} of the schema. Each table is a Delta Lake table of its own, in a folder of that"
    yield "name, parted by `month`. Columns are only ever added; one that changes its meaning gets a new name, and the"
    yield "schema a new version."
    yield "This page is written by `klankbord lake schema`."
    yield ""
    yield "| table | what a row is | key |"
    yield "| --- | --- | --- |"
    for table in tables:
        yield f"| [{table.name}](#{table.name}) | {table.about} | {', '.join(table.key)} |"
    yield ""
    yield "A second row with the same key is an update of the first. Names ending in `_s` are seconds, in `_at`"
    yield "instants. In a question, columns marked • can be grouped and filtered by; `attributes` as"
    yield "`attributes.<name>`."


def _table(table: TableSchema) -> Iterator[str]:
    yield ""
    yield f"## {table.name}"
    yield ""
    yield table.about
    yield ""
    yield "| column | | type | what it holds |"
    yield "| --- | --- | --- | --- |"
    for column in table.columns:
        yield f"| `{column.name}` | {'•' if column.dimension else ''} | {_TYPES[column.type]} | {_about(column)} |"


def _about(column: Column) -> str:
    values = ", ".join(f"`{value}`" for value in column.values)
    return f"{column.about} One of {values}." if values else column.about
