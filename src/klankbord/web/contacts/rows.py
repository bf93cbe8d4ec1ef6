"""Rows as sources tell them: every field is held to the lake's schema, and what is wrong is said by row and field."""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final, NamedTuple

from klankbord.errors import nearest
from klankbord.lake.schema import TABLES, Column, Type
from klankbord.web.contacts.models import Contact

_OWN = {field.name: field for field in Contact._meta.concrete_fields}  # noqa: SLF001  Django's own door
# Columns of the lake that a source can tell, in the order in which they are stored.
TOLD: Final = tuple(column for column in TABLES["contacts"].columns if column.name in _OWN and column.name != "source")
NAMES: Final = tuple(column.name for column in TOLD)
PLACE: Final = {name: place for place, name in enumerate(NAMES)}
SOURCE: Final = "[A-Za-z0-9][A-Za-z0-9_.-]{0,59}"
_LIMITS = {Type.SMALL: 32_767, Type.WHOLE: 2_147_483_647}
_WEEK = 7 * 86_400
_WORK = ("talk_s", "hold_s", "wrap_s", "handle_s")
_PERSON = ("id", "email", "phone", "language")
_MOST_ATTRIBUTES = 50
_FIRST_YEAR = 1990
_AHEAD = timedelta(days=1)  # clocks differ; a moment further ahead would keep every later state out


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A row that was not taken: which one, counted from 1, what is wrong with which field, and what to do."""

    row: int
    field: str
    message: str
    hint: str

    def to_dict(self) -> dict[str, object]:
        """Return it as plain data."""
        return {"row": self.row, "field": self.field, "message": self.message, "hint": self.hint}


class Person(NamedTuple):
    """Whom a contact was with, as the source names them."""

    identifier: str
    email: str
    phone: str
    language: str


class WrongError(Exception):
    """A field of a row cannot be taken."""

    def __init__(self, message: str, hint: str, field: str = "") -> None:
        super().__init__(message)
        self.message, self.hint, self.field = message, hint, field


_Reader = Callable[[Any], Any]


def read_row(row: object) -> tuple[list[Any], Person | None]:
    """Return the values of a row in the order of `TOLD`, without its customer, and who that is.

    What is not told is empty: a row is the whole of what its source knows of the contact.
    """
    if not isinstance(row, dict):
        raise WrongError("a contact is an object", 'write {"external_id": "...", "started_at": "..."}')
    values: list[Any] = _EMPTY.copy()
    name = ""
    try:
        for name, value in row.items():
            if value is not None:
                place, read = _READERS[name]
                values[place] = read(value)
    except WrongError as wrong:
        wrong.field = wrong.field or name
        raise
    except KeyError:
        raise _unknown(name, NAMES) from None
    _hold_together(values)
    person, values[_CUSTOMER] = values[_CUSTOMER], None
    return values, person


def _hold_together(values: list[Any]) -> None:
    started, ended = values[PLACE["started_at"]], values[PLACE["ended_at"]]
    if not values[PLACE["external_id"]]:
        raise WrongError("the contact has no id", "give the id that it has in its source", "external_id")
    if started is None:
        raise WrongError("the contact has no start", "give the moment at which it began", "started_at")
    if ended is not None and ended < started:
        raise WrongError("the contact ends before it starts", "look which of the two is right", "ended_at")


def _unknown(name: object, names: Collection[str]) -> WrongError:
    near = nearest(str(name), names)
    guess = f"did you mean {near!r}? " if near else ""
    return WrongError("there is no such field", f"{guess}what is yours alone goes under 'attributes'", str(name)[:60])


def _text(limit: int) -> _Reader:
    def read(value: Any) -> str:
        if not isinstance(value, str):
            raise WrongError("it is not text", "put it between quotes")
        text = value.strip()
        if len(text) > limit:
            raise WrongError(f"it is longer than {limit} characters", "shorten it")
        if not text.isprintable():
            _refuse_unstorable(text)
        return text

    return read


def _refuse_unstorable(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise WrongError("it is not text in Unicode", "send it as UTF-8") from None
    if "\0" in text:
        raise WrongError("it holds a null character", "leave that out")


def _choice(values: Collection[str]) -> _Reader:
    known = frozenset(values)

    def read(value: Any) -> str:
        if not isinstance(value, str):
            raise WrongError("it is not text", f"one of: {', '.join(values)}")
        word = value.strip().lower()
        if word in known or not word:
            return word
        near = nearest(word, known)
        guess = f"did you mean {near!r}? " if near else ""
        raise WrongError("it is none of the values of this field", f"{guess}one of: {', '.join(values)}")

    return read


def _flag(value: Any) -> bool:
    if value is True or value is False:
        return bool(value)
    raise WrongError("it is not yes or no", "write true or false")


def _whole(most: int, least: int = 0) -> _Reader:
    def read(value: Any) -> int:
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if type(value) is not int:
            raise WrongError("it is not a whole number", "write it without quotes and decimals")
        if not least <= value <= most:
            raise WrongError(f"it is not between {least} and {most}", "look whether the unit is right")
        return value

    return read


def _moment(value: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise WrongError("it is not a moment", "write it as 2026-11-22T14:30:00+01:00") from None
    if moment.tzinfo is None:
        raise WrongError("it does not say in which time zone", "write it as 2026-11-22T14:30:00+01:00")
    if not _FIRST_YEAR <= moment.year < 9000:
        raise WrongError("it lies too far away", "look whether the year is right")
    moment = moment.astimezone(UTC)
    if moment > datetime.now(UTC) + _AHEAD:
        raise WrongError("it lies in the future", "look whether the clock of the source is right")
    return moment


def _attributes(value: Any) -> str:
    if not isinstance(value, dict):
        raise WrongError("attributes are an object", 'write {"region": "north"}')
    if len(value) > _MOST_ATTRIBUTES:
        raise WrongError(f"there are more than {_MOST_ATTRIBUTES} attributes", "keep those that you will ask about")
    kept = {_attribute_name(name): _attribute(told) for name, told in sorted(value.items()) if told is not None}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":")) if kept else "{}"


def _attribute(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(_attribute_text(str(value) if isinstance(value, int | float) else value))


def person_of(value: Any) -> Person | None:
    """Return whom a row is about; nothing where nobody is named."""
    if value is None:
        return None
    if not isinstance(value, dict):
        identifier = _identifier(value)
        return Person(identifier, "", "", "") if identifier else None
    told = dict.fromkeys(_PERSON, "")
    for name, part in value.items():
        if name not in told:
            near = nearest(str(name), _PERSON)
            guess = f"did you mean {near!r}? " if near else ""
            raise WrongError("there is no such field", f"{guess}fields: {', '.join(_PERSON)}", f"customer.{name}"[:60])
        if part is not None:
            told[name] = _LANGUAGE(part) if name == "language" else _identifier(part)
    identifier = told["id"] or told["email"] or told["phone"]
    return Person(identifier, told["email"], told["phone"], told["language"]) if identifier else None


def _identifier(value: Any) -> str:
    # Customer numbers often come as numbers.
    return str(_ADDRESS(str(value) if type(value) is int else value))


def _remembering(read: _Reader) -> _Reader:
    """Let a reader remember words that come again and again, such as teams."""
    remembered = lru_cache(maxsize=2_000, typed=True)(read)

    def recall(value: Any) -> Any:
        return remembered(value) if isinstance(value, str) else read(value)

    return recall


def _reader_of(column: Column) -> _Reader:
    if column.name == "prediction":
        return _whole(10)
    if column.name in _WORK:
        return _whole(_WEEK)
    if column.type in _LIMITS:
        return _whole(_LIMITS[column.type], 1 if column.name == "leg" else 0)
    if column.type is Type.TEXT and column.values:
        return _remembering(_choice(column.values))
    if column.dimension and column.type is Type.TEXT:
        return _remembering(_text(_OWN[column.name].max_length or 200))
    fixed: Mapping[Type, _Reader] = {Type.FLAG: _flag, Type.INSTANT: _moment, Type.ATTRIBUTES: _attributes}
    return fixed.get(column.type) or _text(_OWN[column.name].max_length or 200)


_ADDRESS, _LANGUAGE = _text(254), _text(20)
_attribute_name, _attribute_text = _text(60), _text(500)
_CUSTOMER: Final = PLACE["customer"]
_READERS: Final = {
    column.name: (place, person_of if place == _CUSTOMER else _reader_of(column)) for place, column in enumerate(TOLD)
}
_EMPTY: Final = [
    "{}" if column.type is Type.ATTRIBUTES else "" if column.type is Type.TEXT else None for column in TOLD
]
_EMPTY[_CUSTOMER] = None


def description() -> dict[str, Any]:
    """Return the JSON schema of one contact with its source, made from what the readers hold rows to."""
    kinds: dict[Type, dict[str, Any]] = {
        Type.FLAG: {"type": "boolean"},
        Type.SMALL: {"type": "integer", "minimum": 0},
        Type.WHOLE: {"type": "integer", "minimum": 0},
        Type.INSTANT: {"type": "string", "format": "date-time"},
        Type.ATTRIBUTES: {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean", "null"]}},
    }
    fields: dict[str, Any] = {"source": {"type": "string", "pattern": SOURCE, "examples": ["genesys"]}}
    for column in TOLD:
        told = kinds.get(column.type) or {"type": "string", "maxLength": _OWN[column.name].max_length}
        fields[column.name] = told | ({"enum": list(column.values)} if column.values else {})
        fields[column.name]["description"] = column.about
    text = {"type": "string", "maxLength": 254}
    person = {"type": "object", "additionalProperties": False, "properties": dict.fromkeys(_PERSON, text)}
    about = "Whom it was with: an id, or any of id, email, phone and language; kept as a pseudonym."
    fields["customer"] = {"oneOf": [text, person], "description": about}
    return {
        "type": "object",
        "required": ["source", "external_id", "started_at"],
        "additionalProperties": False,
        "properties": fields,
    }
