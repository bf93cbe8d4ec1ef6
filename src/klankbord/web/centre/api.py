"""The centre by API: the same six lists for every kind, put by code as often as one likes."""

from collections.abc import Callable
from datetime import date
from types import GenericAlias
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema
from pydantic import create_model

from klankbord.web.centre.access import require_names
from klankbord.web.centre.actions import put_units
from klankbord.web.centre.kinds import KINDS, SPELL, Kind
from klankbord.web.centre.models import CHANNELS, CODE_LENGTH
from klankbord.web.centre.queries import listed
from klankbord.web.centre.rows import Row
from klankbord.web.kernel.access import Actor
from klankbord.web.kernel.problem import Problem
from klankbord.web.people.tokens import TokenAuth

router = Router(tags=["centre"], auth=TokenAuth())

_MOST = 1000
_EXAMPLES = {
    "code": "GNT-1",
    "name": "Ghent 1",
    "client": "halder",
    "site": "ghent",
    "team": "GNT-1",
    "threshold_s": 20,
}
_ABOUT = {
    "code": "What contacts carry; it stays.",
    "name": "What is shown instead of the code; the code itself where nothing is given.",
    "active": "Whether it is still in use.",
    "client": "Code of the client; null for none.",
    "site": "Code of the site; null for none.",
    "channel": "How contact is had; null for none in particular.",
    "threshold_s": "Seconds within which an answer is on time; null for no threshold.",
    "team": "Code of the team that the agent is in; team history is kept.",
    "starts_on": "First day in the team; today where nothing is given.",
    "ends_on": "Last day in the team; null while there is none.",
}
_TYPES: dict[str, Any] = {
    "name": str,
    "active": bool,
    "channel": Literal[CHANNELS],
    "threshold_s": int,
    "starts_on": date,
    "ends_on": date,
}


class Rejected(Schema):
    """An item that was left out."""

    item: int = Field(description="Its place in what was sent, from 0.", examples=[1])
    field: str = Field(examples=["client"])
    message: str = Field(examples=["haldr is not known."])
    hint: str = Field(examples=["Did you mean halder?"])


class Put(Schema):
    """What became of the items."""

    new: int = Field(examples=[1])
    changed: int = Field(examples=[0])
    unchanged: int = Field(examples=[12])
    rejected: list[Rejected]


class Paging(Schema):
    """Which part of a list is asked for."""

    after: int = Field(0, ge=0, description="The cursor that the part before gave as `next`.")
    limit: int = Field(100, ge=1, le=_MOST)


class _Sent(Schema):
    model_config = {"extra": "forbid"}


def _field(column: str) -> tuple[Any, Any]:
    """Return a column as a field that need not be sent: what is not sent stays as it is."""
    examples = [_EXAMPLES[column]] if column in _EXAMPLES else None
    told: Any = Field(None, description=_ABOUT[column], examples=examples)
    return _TYPES.get(column, str) | None, told


def _code() -> tuple[Any, Any]:
    return str, Field(min_length=1, max_length=CODE_LENGTH, description=_ABOUT["code"], examples=[_EXAMPLES["code"]])


def _schemas(kind: Kind) -> tuple[Any, Any, Any]:
    """Return what is sent of many units, what is sent of one, and what is answered of many."""
    title = kind.name.title()
    one = _schema(f"{title}Values", _Sent, {column: _field(column) for column in kind.columns if column != "code"})
    sent = _schema(f"{title}Sent", one, {"code": _code()})
    many = _schema(f"{title}sSent", _Sent, {"items": (GenericAlias(list, (sent,)), Field(max_length=_MOST))})
    told = {column: _field(column) for column in kind.columns if column not in {"code", *SPELL[1:]}}
    unit = _schema(title, Schema, {"code": _code(), **told})
    following = (int | None, Field(None, description="The cursor of the next part; null where there is none."))
    return many, one, _schema(f"{title}s", Schema, {"items": (GenericAlias(list, (unit,)), ...), "next": following})


def _schema(name: str, base: type[Schema], fields: dict[str, Any]) -> Any:
    return create_model(name, __base__=base, **fields)


def _register(kind: Kind) -> None:
    """Give a kind its operations."""
    many, one, answer = _schemas(kind)
    path = f"/{kind.plural}"
    router.add_api_operation(
        path,
        ["GET"],
        _lister(kind),
        response=_answers(answer),
        summary=f"List {kind.plural}",
        operation_id=f"list_{kind.plural}",
    )
    router.add_api_operation(
        path,
        ["PUT"],
        _taking(_putter(kind), many),
        response=_answers(Put),
        summary=f"Add or change {kind.plural} by code",
        operation_id=f"put_{kind.plural}",
    )
    # A code of a person must not stand in an address.
    if not kind.personal:
        router.add_api_operation(
            f"{path}/{{path:code}}",
            ["PUT"],
            _taking(_putter_of_one(kind), one),
            response=_answers(Put),
            summary=f"Add or change a {kind.name}",
            operation_id=f"put_{kind.name}",
        )


def _answers(schema: Any) -> dict[int, Any]:
    return {200: schema, 400: Problem, 401: Problem, 403: Problem, 422: Problem}


def _lister(kind: Kind) -> Callable[..., Any]:
    def list_units(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
        actor = _actor(request)
        if kind.personal:
            require_names(actor)
        # Who was forgotten has no name, and a code that nobody else knows.
        known = listed(actor, kind).exclude(name="")
        found = list(known.filter(pk__gt=paging.after).order_by("pk")[: paging.limit + 1])
        shown = found[: paging.limit]
        return {
            "items": [_told(kind, unit) for unit in shown],
            "next": shown[-1].pk if len(found) > len(shown) else None,
        }

    return list_units


def _putter(kind: Kind) -> Callable[..., Any]:
    def put_many(request: HttpRequest, body: Any) -> Put:
        items = [item.model_dump(exclude_unset=True) for item in body.items]
        return _put(_actor(request), kind, items)

    return put_many


def _putter_of_one(kind: Kind) -> Callable[..., Any]:
    def put_one(request: HttpRequest, code: str, body: Any) -> Put:
        return _put(_actor(request), kind, [{**body.model_dump(exclude_unset=True), "code": code}])

    return put_one


def _taking(operation: Callable[..., Any], schema: Any) -> Callable[..., Any]:
    """Say which schema an operation's body has: it is made from the kind, and so unknown where it is written."""
    operation.__annotations__["body"] = schema
    return operation


def _put(actor: Actor, kind: Kind, items: list[dict[str, Any]]) -> Put:
    brought = put_units(actor, kind=kind, rows=[Row(number=place, values=item) for place, item in enumerate(items)])
    return Put(
        new=brought.count("new"),
        changed=brought.count("changed"),
        unchanged=brought.count("unchanged"),
        rejected=[
            Rejected(item=one.row, field=one.column, message=one.message, hint=one.hint) for one in brought.problems
        ],
    )


def _told(kind: Kind, unit: Any) -> dict[str, Any]:
    told = {"code": unit.code, "name": unit.name, "active": unit.active}
    for column in kind.fields:
        value = getattr(unit, column)
        told[column] = getattr(value, "code", value) or None
    if kind.personal:
        told["team"] = unit.now_in_code
    return told


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]


for _kind in KINDS.values():
    _register(_kind)
