"""Customers as this room knows them: by marks, which tell that it is somebody again and not who it is."""

from collections.abc import Iterable

from klankbord.lake.store import Key
from klankbord.web.contacts.models import Customer
from klankbord.web.kernel.lakes import lake_of
from klankbord.web.kernel.tenancy import here


def marks_of(customer: Customer, key: Key | None = None) -> tuple[str, ...]:
    """Return the marks of a customer and of their addresses."""
    return marks((customer.pseudonym, customer.email_digest, customer.phone_digest), key)


def marks(digests: Iterable[str], key: Key | None = None) -> tuple[str, ...]:
    """Return the marks of pseudonyms, or of addresses made into such; empty ones have none."""
    key = key or lake_of(here()).key
    return tuple(key.mark(digest) for digest in digests if digest)
