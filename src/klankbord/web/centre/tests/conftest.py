"""What tests of this room share: rows as files and programs give them."""

from collections.abc import Callable
from typing import Any

import pytest

from klankbord.web.centre.actions import put_units
from klankbord.web.centre.kinds import KINDS
from klankbord.web.centre.rows import Row


def rows(*values: dict[str, Any]) -> list[Row]:
    return [Row(number=number, values=row) for number, row in enumerate(values, 2)]


@pytest.fixture
def put(actor: Callable[..., Any]) -> Callable[..., Any]:
    """Keep units by hand: `put("team", {"code": "GNT", "name": "Ghent"})`; returns those of the kind by code."""

    def kept(kind: str, *values: dict[str, Any], by: Any = None) -> dict[str, Any]:
        put_units(by or actor(), kind=KINDS[kind], rows=rows(*values))
        return {unit.code: unit for unit in KINDS[kind].model.objects.all()}

    return kept
