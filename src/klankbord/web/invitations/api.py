"""The API of asking: the rules, what became of the asking about a contact, blocks, and mail that came back."""

from datetime import datetime
from typing import Any, Literal

from django.http import Http404, HttpRequest
from ninja import Field, Router, Schema

from klankbord.web.invitations import actions, queries
from klankbord.web.invitations.models import Block
from klankbord.web.kernel.access import Actor, Permission
from klankbord.web.kernel.lakes import lake_of
from klankbord.web.people.tokens import TokenAuth

router = Router(tags=["invitations"], auth=TokenAuth())
_REASONS = Literal[tuple(Block.Reason.values)]  # type: ignore[valid-type]


class RuleOut(Schema):
    """A rule: which contacts it is about, how many of them, and when the question leaves."""

    id: int
    name: str
    survey: str = Field(description="Code of the survey.")
    live: bool
    channel: str
    conditions: dict[str, list[str]] = Field(description="Values by column; no column, no condition.")
    share: float | None = Field(description="Share of contacts that is drawn; null where it is so many of each agent.")
    weekly_per_agent: int | None
    delay_minutes: int
    reminder_after_days: int | None
    open_days: int


class AskingOut(Schema):
    """What became of the asking about a contact: who was asked says nothing here."""

    source: str
    external_id: str
    state: str = Field(description="undecided, not_asked, or the state of its invitation.", examples=["sent"])
    reason: str = Field(description="Why it was not asked about, withheld or not delivered.", examples=["quarantine"])
    eligible: bool | None = Field(description="Whether it could have been asked about; null while undecided.")
    rule: int | None
    chance: float | None = Field(description="How likely it was to be drawn.")
    due_at: datetime | None
    sent_at: datetime | None
    bounced_at: datetime | None
    opened_at: datetime | None
    started_at: datetime | None
    answered_at: datetime | None
    opted_out_at: datetime | None


class BlockIn(Schema):
    """Somebody who is not to be asked, and why."""

    customer: str = Field(min_length=1, max_length=254, description="An id, an e-mail address or a telephone number.")
    reason: _REASONS = Field(examples=["open_complaint"])  # type: ignore[valid-type]


class LiftIn(Schema):
    """Somebody who may be asked again."""

    customer: str = Field(min_length=1, max_length=254, description="An id, an e-mail address or a telephone number.")
    reason: str | None = Field(
        None, pattern=f"^({'|'.join(Block.Reason.values)})$", description="Lift blocks of this reason only."
    )


class Blocked(Schema):
    """What became of blocks."""

    changed: int = Field(description="Blocks that are new, or went.")


class Returned(Schema):
    """What a message that came back was taken for."""

    kind: str = Field(examples=["bounced"])


@router.get("/rules", response=list[RuleOut], operation_id="list_rules", summary="List the rules")
def list_rules(request: HttpRequest) -> list[dict[str, Any]]:
    """List the rules in the order in which they decide."""
    columns = [name for name in RuleOut.model_fields if name != "survey"]
    return [
        {name: getattr(one, name) for name in columns} | {"survey": one.survey.code}
        for one in queries.rules(_actor(request))
    ]


@router.get(
    "/contacts/{source}/{path:external_id}",
    response=AskingOut,
    operation_id="get_asking",
    summary="Say whether a contact was asked about",
)
def get_asking(request: HttpRequest, source: str, external_id: str) -> dict[str, Any]:
    """Say whether a contact was asked about, and if not, why."""
    found = queries.asking_of(_actor(request), source, external_id)
    if found is None:
        raise Http404
    return found


@router.post("/blocks", response=Blocked, operation_id="block_customer", summary="Keep a customer from being asked")
def block_customer(request: HttpRequest, told: BlockIn) -> dict[str, int]:
    """Keep somebody from being asked, at once and by every channel; said again it changes nothing.

    Systems that know of an open complaint, or that somebody died, tell so here. What you send is not kept, only a mark.
    """
    actor = _actor(request)
    digest = _digest(actor, told.customer)
    return {"changed": actions.block(actor, digests=[digest], reason=told.reason, source="api", about=digest)}


@router.post("/blocks/lift", response=Blocked, operation_id="lift_blocks", summary="Let a customer be asked again")
def lift_blocks(request: HttpRequest, told: LiftIn) -> dict[str, int]:
    """Let somebody be asked again; an opt-out is the customer's own and is lifted only when it is named."""
    actor = _actor(request)
    digest = _digest(actor, told.customer)
    own = {Block.Reason.OPTED_OUT.value, Block.Reason.COMPLAINED.value}
    named = {str(told.reason)} if told.reason is not None else {*Block.Reason.values} - own
    gone = sum(actions.lift(actor, digests=[digest], reason=reason, about=digest) for reason in sorted(named))
    return {"changed": gone}


@router.post(
    "/returned",
    response=Returned,
    operation_id="take_returned_mail",
    summary="Take mail that came back",
    openapi_extra={"requestBody": {"required": True, "content": {"text/plain": {"schema": {"type": "string"}}}}},
)
def take_returned_mail(request: HttpRequest) -> dict[str, str]:
    """Take a message that came back, as it is: a delivery report, a complaint, or an empty letter to stop."""
    actor = _actor(request)
    actor.require(Permission.MANAGE_SURVEYS)
    return {"kind": actions.take_returned(request.body, of=actor.organisation).kind}


def _digest(actor: Actor, customer: str) -> str:
    actor.require(Permission.MANAGE_SURVEYS)
    return lake_of(actor.organisation).key.pseudonym(customer)


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]
