"""Whose data stands in a message that another system sent: found in its values, in whatever words it is written."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final
from urllib.parse import parse_qsl

from klankbord.lake.store import Key
from klankbord.web.contacts.models import Payload
from klankbord.web.contacts.raw import unpacked

_LEAST_ID: Final = 6  # signs; a shorter id of a contact is any number in a message
_BETWEEN: Final = re.compile(r"[\s,;|\"<>]+")
Whose = Mapping[str, frozenset[str]]


def whose_each(payloads: Sequence[Payload], people: Whose, key: Key) -> dict[int, frozenset[str]]:
    """Return whose data each message holds, of people by pseudonym, each with the ids of their contacts.

    Messages are read together, and one of them may tell of a contact without naming the customer. Who is found in none
    is taken to be in all of them: rather one message too many for a right than one too few.
    """
    ids = {one: who for who, theirs in people.items() for one in theirs if len(one) >= _LEAST_ID}
    pseudonym = cache(key.pseudonym)
    found = {
        payload.pk: frozenset(
            who
            for value in values_in(unpacked(payload))
            for who in (pseudonym(value), ids.get(value, ""))
            if who in people
        )
        for payload in payloads
    }
    lost = people.keys() - frozenset[str]().union(*found.values())
    return {number: whose | lost for number, whose in found.items()} if lost else found


def values_in(content: bytes) -> Iterator[str]:
    """Give every value in a message, as text: of JSON, of lines of JSON, of a form, or of any other text."""
    text = content.decode("utf-8", "replace")
    try:
        yield from _values(json.loads(text))
    except ValueError:
        for line in text.splitlines():
            yield from _values_of_line(line)


def _values_of_line(line: str) -> Iterator[str]:
    try:
        yield from _values(json.loads(line))
    except ValueError:
        yield from (value for _, value in parse_qsl(line))
        yield from _BETWEEN.split(line)


def _values(told: Any) -> Iterator[str]:
    match told:
        case dict():
            for inner in told.values():
                yield from _values(inner)
        case list():
            for inner in told:
                yield from _values(inner)
        case str() | int() | float():
            yield str(told)


def as_told(payload: Payload) -> Any:
    """Return a message as data where it is JSON, and as text otherwise."""
    text = unpacked(payload).decode("utf-8", "replace")
    try:
        return json.loads(text)
    except ValueError:
        return text
