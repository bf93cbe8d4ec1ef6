"""The API of contacts: send them, look one up, take one out."""

import json
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest
from ninja import Field, Router, Schema, Status
from ninja.errors import HttpError
from pydantic import create_model

from klankbord.errors import KlankbordError
from klankbord.lake.schema import Type
from klankbord.web.contacts.actions import MOST, receive_contacts, remove_contact, take_message
from klankbord.web.contacts.models import Intake
from klankbord.web.contacts.queries import contact_as_told
from klankbord.web.contacts.rows import TOLD, description
from klankbord.web.contacts.signatures import Message
from klankbord.web.kernel.problem import Problem
from klankbord.web.kernel.tenancy import acting_in, everywhere
from klankbord.web.people.tokens import TokenAuth

router = Router(tags=["contacts"], auth=TokenAuth())


class MalformedError(KlankbordError):
    """What was sent is not what this address takes."""

    code = "malformed"


class TooManyError(KlankbordError):
    """More was sent than is taken at once."""

    code = "too_many"


class Refused(Schema):
    """A contact that was not taken, and why."""

    row: int = Field(description="Which contact, counted from 1.", examples=[3])
    field: str = Field(description="The field that is wrong; empty when it is the whole.", examples=["wait_s"])
    message: str
    hint: str


class Outcome(Schema):
    """What became of the contacts that were sent."""

    accepted: int = Field(description="Contacts that are in the register now.", examples=[2])
    changed: int = Field(description="Of these, those that are new, or newer than what was there.")
    unchanged: int = Field(description="Of these, those that said nothing new, or something older.")
    rejected: list[Refused] = Field(description="Contacts that were not taken; the others were.")


_KINDS: dict[Type, Any] = {
    Type.FLAG: bool,
    Type.SMALL: int,
    Type.WHOLE: int,
    Type.INSTANT: datetime,
    Type.ATTRIBUTES: dict[str, str],
}
Told = create_model(
    "Contact",
    __base__=Schema,
    __doc__="A contact as its source told it, its customer by pseudonym only.",
    source=(str, ...),
    in_lake=(bool, Field(description="Whether numbers count this state already.")),
    **{column.name: (_KINDS.get(column.type, str) | None, Field(None, description=column.about)) for column in TOLD},  # type: ignore[call-overload]
)
_CONTACT = description()
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "oneOf": [
                        {
                            "title": "Contacts of one source",
                            "type": "object",
                            "required": ["source", "contacts"],
                            "additionalProperties": False,
                            "properties": {
                                "source": _CONTACT["properties"]["source"],
                                "contacts": {
                                    "type": "array",
                                    "maxItems": MOST,
                                    "items": {**_CONTACT, "required": ["external_id", "started_at"]},
                                },
                            },
                        },
                        {"title": "One contact", **_CONTACT},
                    ]
                }
            }
        },
    }
}
_ERRORS = {400: Problem, 401: Problem, 403: Problem}


@router.post(
    "",
    response={200: Outcome, 413: Problem, 422: Problem} | _ERRORS,
    openapi_extra=_BODY,
    operation_id="send_contacts",
    summary="Send contacts",
)
def send(request: HttpRequest) -> Status[Any]:
    """Send contacts of one source, up to 10,000 at once, or a single one.

    A contact is known by its source and external id: sent again, nothing changes; a newer state (`updated_at`) replaces
    the older, an older one changes nothing. Each contact is the whole of what its source knows of it. What is wrong
    with a contact is told under `rejected`, and the others are kept.
    """
    source, rows = _body(request.body)
    actor = request.actor  # type: ignore[attr-defined]
    received = receive_contacts(actor=actor, source=source, rows=rows, raw=request.body)
    return Status(
        200,
        {
            "accepted": received.accepted,
            "changed": received.changed,
            "unchanged": received.unchanged,
            "rejected": [wrong.to_dict() for wrong in received.rejected],
        },
    )


@router.get(
    "/{source}/{path:external_id}",
    response={200: Told, 404: Problem} | _ERRORS,
    operation_id="get_contact",
    summary="Look a contact up",
)
def look_up(request: HttpRequest, source: str, external_id: str) -> dict[str, Any]:
    """Look a contact up; its customer is told by pseudonym only."""
    found = contact_as_told(request.actor, source, external_id)  # type: ignore[attr-defined]
    if found is None:
        raise Http404
    return found


@router.delete(
    "/{source}/{path:external_id}",
    response={204: None, 404: Problem} | _ERRORS,
    operation_id="remove_contact",
    summary="Take a contact out",
)
def take_out(request: HttpRequest, source: str, external_id: str) -> Status[None]:
    """Take a contact out, of the register at once and of all numbers within seconds."""
    if not remove_contact(actor=request.actor, source=source, external_id=external_id):  # type: ignore[attr-defined]
        raise Http404
    return Status(204, None)


def _body(raw: bytes) -> tuple[str, list[object]]:
    """Return the source and the rows of a body, which is one contact or several."""
    try:
        told = json.loads(raw)
    except (ValueError, RecursionError):
        raise MalformedError("the body is not JSON", hint="send JSON in UTF-8", status=422) from None
    if not isinstance(told, dict):
        raise MalformedError("the body is not an object", hint=_SHAPE, status=422)
    told = dict(told)
    source = told.pop("source", None)
    rows = told.pop("contacts", None) if "contacts" in told else [told]
    if not isinstance(source, str) or not isinstance(rows, list) or (told and rows != [told]):
        raise MalformedError("the body is not contacts of a source", hint=_SHAPE, status=422)
    if len(rows) > MOST:
        raise TooManyError(f"{len(rows):,} contacts at once", hint=f"send at most {MOST:,}", status=413, most=MOST)
    return source, rows


_SHAPE = 'send {"source": "...", "contacts": [...]}'


intake = Router(tags=["webhooks in"])


@intake.post(
    "/{public_id}",
    auth=None,
    response={202: None, 404: Problem, 401: Problem},
    operation_id="take_webhook",
    summary="Take a message of another system",
    openapi_extra={"requestBody": {"content": {"application/json": {"schema": {}}}}},
)
def take_webhook(request: HttpRequest, public_id: str) -> Status[None]:
    """Take a message of another system, in that system's own words and signed in its own way."""
    with everywhere():
        found = Intake.objects.select_related("organisation").filter(public_id=public_id, enabled=True).first()
    if found is None:
        raise Http404
    url = f"{settings.OPTIONS.url.rstrip('/')}{request.get_full_path()}"
    with acting_in(found.organisation):
        if not take_message(found, Message(url, request.headers, request.body)):
            raise HttpError(401, "the signature does not fit")
    return Status(202, None)
