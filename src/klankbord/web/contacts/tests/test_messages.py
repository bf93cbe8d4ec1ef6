"""Whose data stands in a message, in whatever way it is written."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klankbord.lake.store import Key
from klankbord.web.contacts.messages import values_in, whose_each
from klankbord.web.contacts.models import Payload
from klankbord.web.contacts.raw import packed

KEY = Key(b"sixteen bytes...")
JAN, AN = KEY.pseudonym("+31 20 555 01 01"), KEY.pseudonym("an@voorbeeld.example")
PEOPLE = {JAN: frozenset({"call-000017"}), AN: frozenset({"9"})}


def message(number, content):
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return Payload(pk=number, organisation_id=1, content=packed(body))


def whose(*contents, people=PEOPLE):
    found = whose_each([message(at, content) for at, content in enumerate(contents)], people, KEY)
    return [found[at] for at in range(len(contents))]


@pytest.mark.parametrize(
    "content",
    [
        {"from": "0031205550101"},
        {"call": {"legs": [{"party": "tel:+31 20 555 01 01"}]}},
        b"CallSid=CA1&From=%2B31205550101&To=%2B3225550199",
        b'{"a": 1}\n{"from": "+31205550101"}\n',
        b"1668412865,+31205550101,queue",
        {"event": "hung up", "call": "call-000017"},
    ],
)
def test_somebody_is_found(content):
    assert whose(content, {"to": "an@voorbeeld.example"}) == [{JAN}, {AN}]


def test_a_short_id_of_a_contact_is_not_taken_for_every_number():
    assert whose({"from": "+31205550101", "wait": 9}, {"to": "AN@voorbeeld.example "}) == [{JAN}, {AN}]


def test_who_is_found_in_none_is_taken_to_be_in_all():
    assert whose({"from": "+31205550101"}, {"x": 1}) == [{JAN, AN}, {AN}]


nested = st.recursive(
    st.text(min_size=1) | st.integers() | st.none() | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(nested, st.text(min_size=1))
def test_no_value_of_a_document_is_passed_over(document, value):
    assert value in set(values_in(json.dumps([document, {"deep": [value]}]).encode()))


@given(st.binary(max_size=200))
def test_anything_can_be_looked_through(content):
    assert all(isinstance(value, str) for value in values_in(content))
