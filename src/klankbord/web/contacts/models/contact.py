"""Contacts as their sources tell them, and those that were taken out and are still in the lake."""

from django.db import models

from klankbord.web.contacts.models.customer import Customer
from klankbord.web.kernel.tenancy import Owned


def _word(length: int = 200) -> "models.CharField[str, str]":
    return models.CharField(max_length=length, blank=True, default="")


class Contact(Owned):
    """One leg of a contact: the columns of the lake that a source tells, and how far the lake knows of it."""

    source = models.CharField(max_length=60)
    external_id = models.CharField(max_length=200)
    conversation = _word()
    leg = models.SmallIntegerField(null=True)
    customer = models.ForeignKey(Customer, on_delete=models.SET_NULL, null=True, related_name="contacts")
    segment = _word()
    age_band = _word()
    client = _word()
    site = _word()
    team = _word()
    agent = _word()
    queue = _word()
    channel = _word(20)
    direction = _word(20)
    touchpoint = _word()
    language = _word(20)
    reason = _word()
    handled_by = _word(20)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    offered = models.BooleanField(null=True)
    answered = models.BooleanField(null=True)
    abandoned = models.BooleanField(null=True)
    wait_s = models.IntegerField(null=True)
    threshold_s = models.IntegerField(null=True)
    talk_s = models.IntegerField(null=True)
    hold_s = models.IntegerField(null=True)
    wrap_s = models.IntegerField(null=True)
    handle_s = models.IntegerField(null=True)
    holds = models.SmallIntegerField(null=True)
    transfers = models.SmallIntegerField(null=True)
    transferred_from = _word()
    transferred_to = _word()
    resolved = models.BooleanField(null=True)
    prediction = models.SmallIntegerField(null=True)
    attributes = models.JSONField(default=dict)
    # As the source says; where it does not, the moment of receiving decides which of two states is the newer.
    updated_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()

    # The projection brings in what is ahead of it, and then says which version it brought.
    version = models.IntegerField(default=1)
    projected_version = models.IntegerField(default=0)
    projected_at = models.DateTimeField(null=True)
    lake_month = models.CharField(max_length=7)
    # Other months of the lake in which an earlier state may still lie, with blanks between.
    earlier_months = models.TextField(blank=True, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("organisation", "source", "external_id"), name="one_contact_a_key"),
        )
        indexes = (
            models.Index(
                fields=("organisation", "id"),
                condition=models.Q(version__gt=models.F("projected_version")),
                name="contacts_ahead_of_the_lake",
            ),
        )

    def __str__(self) -> str:
        return f"{self.source} {self.pk}"


class Removal(Owned):
    """A contact that was taken out of the register and has to leave the lake."""

    source = models.CharField(max_length=60)
    external_id = models.CharField(max_length=200)
    months = models.JSONField(default=list)
    removed_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"removal {self.pk}"
