"""What people asked of their data and how it was answered, who objects to contact, and what retention did."""

from uuid import uuid4

from django.conf import settings
from django.db import models

from klankbord.web.kernel.encryption import EncryptedTextField
from klankbord.web.kernel.tenancy import Owned


class Objection(Owned):
    """A customer who does not want to be contacted, for as long as they are known."""

    pseudonym = models.CharField(max_length=40)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("organisation", "pseudonym"), name="one_objection_a_customer"),)

    def __str__(self) -> str:
        return f"objection {self.pk}"


class Request(Owned):
    """What a customer asked: who took it in, and about whom it is until it has been answered."""

    reference = models.UUIDField(default=uuid4, unique=True, editable=False)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    # The pseudonyms of one person, with blanks between; empty once there is nothing left to do.
    pseudonyms = EncryptedTextField(null=True)

    class Meta:
        abstract = True
        ordering = ("-asked_at",)

    def __str__(self) -> str:
        return f"{type(self).__name__.lower()} {self.reference}"

    @property
    def short(self) -> str:
        """The beginning of the reference, by which the log names it."""
        return str(self.reference)[:8]

    @property
    def persons(self) -> tuple[str, ...]:
        """The pseudonyms of the person that it is about."""
        return tuple((self.pseudonyms or "").split())


class Export(Request):
    """A copy of everything held of a customer: made by a job, collected once by whoever asked for it, then gone."""

    language = models.CharField(max_length=2, default="en")
    ready_at = models.DateTimeField(null=True)
    collected_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()


class Erasure(Request):
    """A customer who is to be forgotten, and afterwards the certificate of it: what was found, and what is left."""

    found = models.JSONField(default=dict)
    left = models.JSONField(default=dict)
    # Files and messages that nobody had read yet, in which nobody can be found.
    unread = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True)


class RetentionRun(Owned):
    """What retention removed on one night, by class of data."""

    ran_at = models.DateTimeField(auto_now_add=True)
    removed = models.JSONField(default=dict)

    class Meta:
        ordering = ("-ran_at",)

    def __str__(self) -> str:
        return f"retention {self.ran_at:%Y-%m-%d}"
