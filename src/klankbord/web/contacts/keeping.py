"""Letting go of what was kept long enough: addresses, raw records, contacts, and what is left of files."""

from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from klankbord.web.contacts.extracts import forget_extracts, forget_in_extracts
from klankbord.web.contacts.models import Contact, Customer, Payload, Upload
from klankbord.web.contacts.uploaded import drop_files
from klankbord.web.kernel.models import Organisation


def forget_addresses(organisation: Organisation, before: datetime) -> int:
    """Forget addresses that were last told before, or are over their time, and return how many there were."""
    over = Q(addresses_until__lt=timezone.now())
    there = Customer.objects.filter(organisation=organisation)
    return sum(
        there.filter(over | Q(**{f"{name}_at__lt": before}), **{f"{name}__isnull": False}).update(
            **{name: None, f"{name}_digest": ""}
        )
        for name in ("email", "phone")
    )


def forget_payloads(organisation: Organisation, before: datetime) -> int:
    """Forget what came in raw before."""
    return int(Payload.objects.filter(organisation=organisation, received_at__lt=before).delete()[0])


def forget_contacts(organisation: Organisation, before: datetime) -> int:
    """Forget contacts that began before, in the register and in extracts, and customers who have none left.

    Returns how many contacts went from the register.
    """
    old = Contact.objects.filter(organisation=organisation, started_at__lt=before)
    count = int(old.delete()[0])
    Customer.objects.filter(organisation=organisation, contacts=None, erased=False).delete()
    for table in ("contacts", "outcomes"):
        forget_in_extracts(organisation, table, before)
    return count


def forget_answers(organisation: Organisation, before: datetime) -> int:
    """Forget answers in extracts that were given before, so that no rebuilt lake has them again."""
    return forget_in_extracts(organisation, "responses", before)


def forget_comments(organisation: Organisation, before: datetime) -> int:
    """Forget in extracts what people wrote before."""
    return forget_in_extracts(organisation, "responses", before, column="comment")


def forget_uploads(organisation: Organisation, before: datetime) -> int:
    """Forget imports that are older, with what was kept of them, and return how many there were."""
    forget_extracts(organisation, before)
    old = list(Upload.objects.filter(organisation=organisation, created_at__lt=before))
    for upload in old:
        drop_files(upload)
        upload.delete()
    return len(old)
