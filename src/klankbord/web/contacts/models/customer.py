"""Customers: a pseudonym, and for as long as the law allows an address at which they can be asked."""

from django.db import models

from klankbord.web.kernel.encryption import EncryptedTextField
from klankbord.web.kernel.tenancy import Owned


class Customer(Owned):
    """Somebody who had contact, known by the lake's keyed pseudonym.

    Of somebody who was erased only a mark is left in place of the pseudonym: enough to refuse them, not to find them.
    """

    pseudonym = models.CharField(max_length=40)
    language = models.CharField(max_length=20, blank=True)
    email = EncryptedTextField(null=True)
    phone = EncryptedTextField(null=True)
    # Keyed digests tell whether an address changed without decrypting it; they go when it goes.
    email_digest = models.CharField(max_length=32, blank=True)
    phone_digest = models.CharField(max_length=32, blank=True)
    # The newest word counts for each by itself, in whatever order contacts come in.
    language_at = models.DateTimeField(null=True)
    email_at = models.DateTimeField(null=True)
    phone_at = models.DateTimeField(null=True)
    addresses_until = models.DateTimeField(null=True, db_index=True)
    erased = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("organisation", "pseudonym"), name="one_customer_a_pseudonym"),)
        indexes = (models.Index(fields=("organisation",), condition=models.Q(erased=True), name="erased_customers"),)

    def __str__(self) -> str:
        return f"customer {self.pseudonym[:6]}"
