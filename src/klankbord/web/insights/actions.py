"""The one thing that is done here: somebody looks at a customer's address, and that is written down."""

from django.db import transaction

from klankbord.lake.looking import Line
from klankbord.web.contacts.models import Customer
from klankbord.web.kernel import audit
from klankbord.web.kernel.access import Actor, Permission

LOOKED = audit.entry_type("insights.looked_at_address")


def look_at_address(*, actor: Actor, contact: Line) -> dict[str, str]:
    """Return the customer's addresses by kind, as far as they are kept, and record who looked.

    The look is recorded also where nothing was found: who asked is what matters.
    """
    actor.require(Permission.SEE_PERSONAL)
    with transaction.atomic():
        customer = Customer.objects.filter(pseudonym=contact.customer or "", erased=False).first()
        audit.record(actor, LOOKED, "contact", about=contact.customer or "")
    found = {"email": customer.email, "phone": customer.phone} if customer else {}
    return {kind: address for kind, address in found.items() if address}
