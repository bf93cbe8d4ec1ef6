"""A contact is taken out: of the register at once, and of the lake with the next projection."""

from django.db import transaction

from klankbord.web.contacts.events import ContactsReceived
from klankbord.web.contacts.models import Contact, Removal
from klankbord.web.kernel import audit
from klankbord.web.kernel.access import Actor, Permission
from klankbord.web.kernel.events import emit

REMOVED = audit.entry_type("contacts.remove")


def remove_contact(*, actor: Actor, source: str, external_id: str) -> bool:
    """Take a contact out, and say whether it was there."""
    actor.require(Permission.BRING_IN)
    with transaction.atomic():
        there = Contact.objects.select_for_update(of=("self",)).filter(source=source, external_id=external_id)
        contact = there.select_related("customer").first()
        if contact is None:
            return False
        Removal.objects.create(
            source=source, external_id=external_id, months=[contact.lake_month, *contact.earlier_months.split()]
        )
        contact.delete()
        whose = contact.customer.pseudonym if contact.customer else ""
        audit.record(actor, REMOVED, f"source {source}", about=whose)
        emit(ContactsReceived(organisation=actor.organisation, count=1))
    return True
