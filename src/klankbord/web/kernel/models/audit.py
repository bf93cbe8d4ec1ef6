"""The audit log: every change, and every look at personal data."""

from django.db import models

from klankbord.web.kernel.tenancy import Owned


class AuditEntry(Owned):
    """Somebody did something at some time; entries are only ever added, or shredded when a person is forgotten."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=200)
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=200, blank=True)
    details = models.JSONField(default=dict)
    # Pseudonym of the customer that it is about, by which it is found again when that customer is to be forgotten.
    about = models.CharField(max_length=40, blank=True, db_index=True)

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=("organisation", "-id")),)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_name}: {self.action}"
