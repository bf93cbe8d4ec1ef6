"""Laws of every dialect: odd documents and odd tables are refused in words or read, never a crash."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klankbord.errors import KlankbordError
from klankbord.lake.readers.dialect import Dialect, Head
from klankbord.lake.readers.dialects import DIALECTS
from klankbord.lake.readers.dialects.columns import unique

SAMPLES = Path(__file__).parent / "samples"
DOCUMENTS = [tool for tool in DIALECTS if tool.flatten]
TABLES = [tool for tool in DIALECTS if tool.recognises_table]


def _names(value: object) -> set[str]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return {*(value if isinstance(value, dict) else ())}.union(*map(_names, inner))


def _keys() -> list[str]:
    return sorted({name for path in SAMPLES.glob("*.json") for name in _names(json.loads(path.read_text()))})


leaf = (
    st.none() | st.booleans() | st.integers(-200, 2_000_000_000) | st.text(max_size=5) | st.sampled_from(["9", "nps"])
)
value = st.recursive(leaf, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_keys()), inner))


def _bent(document: object, draw: st.DrawFn) -> object:
    """Return a sample's document with one of its values, anywhere, replaced by something else."""
    if isinstance(document, dict) and document and draw(st.integers(0, 5)):
        name = draw(st.sampled_from(sorted(document)))
        return document | {name: _bent(document[name], draw)}
    if isinstance(document, list) and document and draw(st.integers(0, 5)):
        return [_bent(document[0], draw), *document[1:]]
    return draw(value)


@st.composite
def bent_samples(draw: st.DrawFn) -> object:
    path = draw(st.sampled_from(sorted(SAMPLES.glob("*.json"))))
    return _bent(json.loads(path.read_text()), draw)


@settings(max_examples=300, deadline=None)
@given(document=value | bent_samples())
def test_any_document_is_claimed_or_not_and_read_or_refused(document: object) -> None:
    for tool in DOCUMENTS:
        if tool.recognises_document and tool.recognises_document(document):
            _read(tool, document)


def _read(tool: Dialect, document: object) -> None:
    try:
        joined = tool.join([document])[0] if tool.join else document
        rows = list(tool.flatten(joined)) if tool.flatten else []
    except KlankbordError:
        return
    names = tuple(dict.fromkeys(name for row in rows for name in row))
    if rows:
        records = [tuple("" if row.get(name) is None else str(row[name]) for name in names) for row in rows]
        assert tool.layout(Head(records=(names, *records))).header_records == 1


cell = st.sampled_from(
    ["", "9", "0", "10 - Likely", "Why?", "R_1", '{"ImportId":"QID1"}', "2026-11-20 09:31:44 UTC", "3"]
)
heading = cell | st.sampled_from(
    [
        *("Respondent ID", "Collector ID", "id", "submitdate", "startlanguage", "#", "Submit Date (UTC)", "Network ID"),
        *("Start Date (UTC)", "Timestamp", "Hoe tevreden bent u?", "Q1", "Q1_NPS_GROUP", "ResponseId", "Finished"),
        *("RecordedDate", "score", "text", "end_user_id", "origin_url", "Status"),
    ]
)


@settings(max_examples=300, deadline=None)
@given(header=st.lists(heading, min_size=1, max_size=9), rows=st.lists(st.lists(cell, max_size=10), max_size=4))
def test_any_table_is_claimed_or_not_and_laid_out(header: list[str], rows: list[list[str]]) -> None:
    head = Head(records=(tuple(header), *map(tuple, rows)))
    for tool in TABLES:
        if tool.recognises_table and tool.recognises_table(head):
            layout = tool.layout(head)
            assert len(set(layout.columns)) == len(layout.columns)
            assert layout.fields.score in {"", *layout.columns}


@pytest.mark.parametrize("tool", DIALECTS, ids=lambda tool: tool.name)
def test_every_tool_says_by_what_it_is_known(tool: Dialect) -> None:
    assert tool.recognises_table or (tool.recognises_document and tool.flatten)
    assert tool.name.isidentifier()


@given(headings=st.lists(st.sampled_from(["a", "A", "a (2)", "a\nb", "a b", "", "column 1", "column 2"]), max_size=12))
def test_every_column_gets_a_name_of_its_own_whatever_its_case(headings: list[str]) -> None:
    names = unique(headings)
    assert len({name.casefold() for name in names}) == len(headings)
