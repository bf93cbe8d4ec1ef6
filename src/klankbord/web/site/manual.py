"""The manual of the API, written from its OpenAPI description."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that a program can ask for."""

    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[tuple[str, str], ...]


def operations(schema: Mapping[str, Any]) -> dict[str, list[Operation]]:
    """Return the operations of an API by their tag, in the order in which they are described."""
    found = defaultdict[str, list[Operation]](list)
    for path, methods in schema["paths"].items():
        for method, told in methods.items():
            said = [(one["name"], one["schema"].get("description", "")) for one in told.get("parameters", ())]
            operation = Operation(method.upper(), path, told["summary"], told.get("description", ""), tuple(said))
            found[", ".join(told.get("tags", ()))].append(operation)
    return dict(found)
