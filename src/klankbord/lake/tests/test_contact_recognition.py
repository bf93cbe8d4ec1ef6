"""Contact records and answers are told apart by what is in them, and every tool's records are claimed by it alone."""

import json
import re
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klankbord.errors import FileError, KlankbordError
from klankbord.lake import read_contacts, recognise
from klankbord.lake.engine import connect
from klankbord.lake.readers.contact_dialects import CONTACT_DIALECTS
from klankbord.lake.readers.contact_opening import dialect_of, open_file
from klankbord.lake.readers.dialect import Head
from klankbord.lake.readers.documents import Documents
from klankbord.lake.readers.table import Staged

TESTS = Path(__file__).parent
ROOT = Path(__file__).parents[4]
OURS = sorted((TESTS / "contact_samples").iterdir())
TOOLS = CONTACT_DIALECTS[:-1]
CONTACTS = {
    "amazon_connect_ctr.json": "amazon_connect",
    "asterisk_cdr_csv_Master.csv": "asterisk",
    "asterisk_queue_log.txt": "asterisk",
    "five9_call_log.csv": "five9",
    "genesys_conversation_detail.json": "genesys",
    "nice_cxone_contact.json": "nice_cxone",
    "twilio_taskrouter_callback.form": "twilio",
}


def claimants(path, folder):
    file = open_file(path, folder, Staged(connect()))
    if isinstance(file, Documents):
        return [tool.name for tool in TOOLS if tool.recognises_document and tool.recognises_document(file.first)]
    return [tool.name for tool in TOOLS if tool.recognises_table and tool.recognises_table(file.head)]


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_an_own_sample_is_claimed_by_its_tool_alone_whatever_its_name(path, tmp_path):
    renamed = Path(shutil.copy(path, tmp_path / "export.bin"))
    tool = next((tool.name for tool in TOOLS if path.name.startswith(tool.name)), "generic")
    assert claimants(renamed, tmp_path) == ([] if tool == "generic" else [tool])
    assert recognise(renamed) == "contacts"
    assert dialect_of(open_file(renamed, tmp_path, Staged(connect()))).name == tool


def test_every_shared_sample_is_contacts_or_answers(shared, tmp_path):
    for path in sorted((shared / "samples").iterdir()):
        expected = CONTACTS.get(path.name)
        assert recognise(path) == ("contacts" if expected else "responses"), path.name
        assert claimants(path, tmp_path) == ([expected] if expected else []), path.name


@pytest.mark.parametrize("path", sorted((TESTS / "samples").iterdir()), ids=lambda path: path.name)
def test_the_files_of_survey_tools_stay_answers(path):
    conversations = path.name.startswith("genesys")  # which hold both, and are read as either
    assert recognise(path) == ("contacts" if conversations else "responses")


def test_the_example_with_queue_and_waits_stays_a_survey():
    assert recognise(ROOT / "examples" / "contact_survey.csv") == "responses"


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("id,start,queue,talk time", "contacts"),
        ("id,started_at,direction,wait_s", "contacts"),
        ("id,date,score,queue,team,channel,duration", "responses"),
        ("id,date,score,queue,waited", "responses"),
        ("id,date,score,queue,wait time,talk time", "contacts"),
        ("id,queue,talk time,hold time", "responses"),
    ],
)
def test_what_a_table_is_follows_from_columns_that_surveys_do_not_have(tmp_path, heading, kind):
    values = {
        "id": "1",
        "start": "2026-01-01 10:00",
        "started_at": "2026-01-01 10:00",
        "date": "2026-01-01",
        "score": "9",
    }
    cells = ",".join(values.get(name, "5" if "t" in name else "x") for name in heading.split(","))
    (tmp_path / "table.csv").write_text(f"{heading}\n{cells.replace('queue', 'q')}\n")
    assert recognise(tmp_path / "table.csv") == kind


def test_a_large_table_is_known_by_its_head_alone(tmp_path):
    path = tmp_path / "calls.csv"
    line = "1,2026-01-01 10:00,q,5\n"
    path.write_bytes(b"id,start,queue,talk time\n" + line.encode() * 60_000 + b"\xff\xfe broken \x00")
    assert recognise(path) == "contacts"


def test_every_dialect_is_documented_and_has_a_name_for_code():
    text = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    assert not [
        tool.name for tool in CONTACT_DIALECTS if f"| `{tool.name}` |" not in text.partition("## Contact records")[2]
    ]
    assert all(tool.name.isidentifier() for tool in CONTACT_DIALECTS)


def test_files_of_two_tools_are_no_one_import(shared):
    with pytest.raises(FileError, match=r"different tools: five9_call_log\.csv is Five9 call log; amazon"):
        read_contacts(shared / "samples" / "five9_call_log.csv", shared / "samples" / "amazon_connect_ctr.json")


def test_an_empty_export_is_refused_as_such(tmp_path):
    (tmp_path / "calls.json").write_text('{"conversations": [{"conversationId": "1", "participants": []}]}')
    assert [drop.reason for drop in read_contacts(tmp_path / "calls.json").drops] == ["no_start"]
    (tmp_path / "calls.csv").write_text("CALL ID,TIMESTAMP,CALL TYPE,DISPOSITION,TALK TIME,QUEUE WAIT TIME\n")
    with pytest.raises(FileError, match="there are no contacts in it"):
        read_contacts(tmp_path / "calls.csv")


def _names(value):
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return {*(value if isinstance(value, dict) else ())}.union(*map(_names, inner))


DOCUMENTS = [json.loads(path.read_text()) for path in OURS if path.suffix == ".json"]
DOCUMENTS += [json.loads(line) for path in OURS if path.suffix == ".jsonl" for line in path.read_text().splitlines()]
KEYS = sorted(set().union(*map(_names, DOCUMENTS)))
leaf = st.none() | st.booleans() | st.integers(-200, 2_000_000_000) | st.floats(allow_nan=False) | st.text(max_size=5)
value = st.recursive(leaf, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner))


def _bent(document, draw):
    if isinstance(document, dict) and document and draw(st.integers(0, 6)):
        name = draw(st.sampled_from(sorted(document)))
        return document | {name: _bent(document[name], draw)}
    if isinstance(document, list) and document and draw(st.integers(0, 6)):
        return [_bent(document[0], draw), *document[1:]]
    return draw(value)


@st.composite
def bent_documents(draw):
    return _bent(draw(st.sampled_from(DOCUMENTS)), draw)


@settings(max_examples=300, deadline=None)
@given(document=value | bent_documents())
def test_any_document_is_claimed_or_not_and_flattened_or_refused(document):
    for tool in CONTACT_DIALECTS:
        if tool.recognises_document and tool.recognises_document(document):
            try:
                rows = list(tool.flatten(document))
            except KlankbordError:
                continue
            names = tuple(dict.fromkeys(name for row in rows for name in row))
            records = [tuple("" if row.get(name) is None else str(row[name]) for name in names) for row in rows]
            if tool.assemble is None and rows:
                assert tool.laid_out(Head(records=(names, *records))).header_records == 1


@settings(max_examples=80, deadline=None)
@given(document=bent_documents())
def test_any_document_is_read_whole_or_refused_in_words(tmp_path_factory, document):
    path = tmp_path_factory.mktemp("bent") / "contacts.json"
    path.write_text(json.dumps(document))
    try:
        records = read_contacts(path)
    except KlankbordError as error:
        # Whatever is wrong lies with the file and not with what we ask of the engine.
        assert not re.search("Binder|Parser|Catalog|Conversion", error.message)  # noqa: PT017
        return
    assert records.read == records.kept + sum(drop.count for drop in records.drops)
