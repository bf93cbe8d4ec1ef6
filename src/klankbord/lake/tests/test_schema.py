"""The schema: every column is told, words mean the same everywhere, and the page says what the code says."""

from pathlib import Path

import pytest

from klankbord.lake.schema import TABLES, VERSION, Type
from klankbord.lake.schema.reference import schema_page

ROOT = Path(__file__).parents[4]


def test_the_page_of_the_schema_is_as_the_schema():
    assert (ROOT / "docs" / "schema.md").read_text("utf-8") == schema_page(tuple(TABLES.values()), VERSION), (
        "write it again: klankbord lake schema > docs/schema.md"
    )


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_a_table_has_its_key_its_partition_and_a_line_for_each_column(table):
    assert set(table.key) <= set(table.names)
    assert table.names[-1] == "month"
    assert len(set(table.names)) == len(table.names)
    assert all(column.about.endswith(".") and len(column.about) > 5 for column in table.columns)


def test_a_column_has_one_type_wherever_it_is():
    kinds = {}
    for table in TABLES.values():
        for column in table.columns:
            if table.name != "queue_intervals" or column.name not in {"offered", "answered", "abandoned"}:
                kinds.setdefault(column.name, set()).add(column.type)
    assert {name: kind for name, kind in kinds.items() if len(kind) > 1} == {}


def test_pulses_hold_no_key_of_a_person_or_a_contact():
    assert not {"customer", "agent", "contact", "conversation", "answered_at", "day"} & set(TABLES["pulses"].names)


def test_names_tell_their_type():
    for table in TABLES.values():
        for column in table.columns:
            assert column.name.endswith("_at") == (column.type is Type.INSTANT)
            if column.name.endswith("_s"):
                assert column.type in {Type.WHOLE, Type.LONG}
