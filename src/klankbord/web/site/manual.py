"""The manual of the API, written from its OpenAPI description."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """One value that a program gives: where it stands, what kind it is, and what it says."""

    name: str
    place: str  # path, query or body
    kind: str
    required: bool
    told: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that a program can ask for."""

    method: str
    path: str
    title: str
    paragraphs: tuple[str, ...]
    fields: tuple[Field, ...]

    @property
    def anchor(self) -> str:
        """Where it stands on the page."""
        return re.sub(r"[^a-z]+", "-", f"{self.method}{self.path.removeprefix('/api')}".lower()).strip("-")


def operations(schema: _Schema) -> dict[str, list[Operation]]:
    """Return the operations of an API by their tag, in the order in which they are described."""
    found = defaultdict[str, list[Operation]](list)
    for path, methods in schema["paths"].items():
        for method, told in methods.items():
            paragraphs = tuple(filter(None, told.get("description", "").split("\n\n")))
            fields = (*_parameters(told), *_body(told, schema))
            operation = Operation(method.upper(), path, told["summary"], paragraphs, fields)
            found[", ".join(told.get("tags", ()))].append(operation)
    return dict(found)


def _parameters(told: _Schema) -> Iterator[Field]:
    for one in told.get("parameters", ()):
        said = one["schema"].get("description", "")
        yield Field(one["name"], one["in"], _kind(one["schema"]), one.get("required", False), said)


def _body(told: _Schema, schema: _Schema) -> Iterator[Field]:
    """Tell the fields of what is sent; of a list of rows, and of several forms, those of a row of the first form."""
    content = told.get("requestBody", {}).get("content", {})
    for sent in content.values():
        yield from _fields(sent.get("schema", {}), schema, "")


def _fields(sent: _Schema, schema: _Schema, within: str) -> Iterator[Field]:
    form = _form(sent, schema)
    for name, one in form.get("properties", {}).items():
        yield Field(f"{within}{name}", "body", _kind(one), name in form.get("required", ()), one.get("description", ""))
        rows = _form(one.get("items", {}), schema)
        if "properties" in rows and not within:
            yield from _fields(rows, schema, f"{name}[].")


def _form(sent: _Schema, schema: _Schema) -> _Schema:
    if "$ref" in sent:
        return _form(schema["components"]["schemas"][sent["$ref"].rpartition("/")[2]], schema)
    return _form(sent["oneOf"][0], schema) if "oneOf" in sent else sent


def _kind(one: _Schema) -> str:
    """Name a type as JSON does; of several, each but nothing at all."""
    if "enum" in one:
        return " | ".join(map(str, one["enum"]))
    several = [_kind(other) for key in ("anyOf", "oneOf") for other in one.get(key, ())]
    if several:
        return " | ".join(dict.fromkeys(kind for kind in several if kind != "null"))
    return str(one.get("format") or one.get("type") or "object")
