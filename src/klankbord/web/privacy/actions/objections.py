"""Customers who do not want to be contacted."""

from django.db import transaction

from klankbord.web.contacts.models import Customer
from klankbord.web.invitations.actions import block, lift
from klankbord.web.kernel import audit
from klankbord.web.kernel.access import Actor, Permission
from klankbord.web.privacy.models import Objection

_OBJECTED = audit.entry_type("privacy.objected")
_WITHDRAWN = audit.entry_type("privacy.objection_withdrawn")
_REASON = "do_not_contact"


def object_to_contact(actor: Actor, *, pseudonym: str) -> None:
    """Note that a customer does not want to be contacted."""
    actor.require(Permission.MANAGE_PRIVACY)
    with transaction.atomic():
        _, is_new = Objection.objects.get_or_create(pseudonym=pseudonym)
        if is_new:
            audit.record(actor, _OBJECTED, about=pseudonym)
        # Said again it holds for addresses that have become known since.
        block(actor, digests=_digests(pseudonym), reason=_REASON, source="privacy", about=pseudonym)


def withdraw_objection(actor: Actor, *, pseudonym: str) -> None:
    """Note that a customer may be contacted again."""
    actor.require(Permission.MANAGE_PRIVACY)
    with transaction.atomic():
        gone, _ = Objection.objects.filter(pseudonym=pseudonym).delete()
        if gone:
            audit.record(actor, _WITHDRAWN, about=pseudonym)
        lift(actor, digests=_digests(pseudonym), reason=_REASON, about=pseudonym)


def _digests(pseudonym: str) -> set[str]:
    """Return what a customer and their addresses are known by."""
    customer = Customer.objects.filter(pseudonym=pseudonym).first()
    return {pseudonym, *((customer.email_digest, customer.phone_digest) if customer else ())}
