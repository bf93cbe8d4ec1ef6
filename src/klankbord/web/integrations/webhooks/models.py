"""Endpoints that want to hear of events, what is delivered to them, and every attempt to."""

from urllib.parse import urlsplit

from django.db import models

from klankbord.web.kernel.encryption import EncryptedTextField
from klankbord.web.kernel.tenancy import Owned


class Endpoint(Owned):
    """An address of another system, the types of events that it wants, and the secrets by which it knows us."""

    class Stopped(models.TextChoices):
        """Why nothing is sent to an endpoint any more."""

        BY_HAND = "by_hand"
        GONE = "gone"
        FAILING = "failing"

    url = models.CharField(max_length=500)
    description = models.CharField(max_length=200, blank=True)
    events = models.JSONField(default=list)
    secret = EncryptedTextField()
    # While a secret is being replaced, both sign; the receiver changes over when it likes.
    former_secret = EncryptedTextField(null=True)
    former_until = models.DateTimeField(null=True)
    stopped = models.CharField(max_length=10, choices=Stopped.choices, blank=True)
    failing_since = models.DateTimeField(null=True)
    # One that does not answer is left alone for a while, so that it does not hold up the others.
    silences = models.PositiveSmallIntegerField(default=0)
    rests_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"webhook {self.pk}"

    @property
    def host(self) -> str:
        """The host it is at: what comes after it in the address can be a password."""
        return urlsplit(self.url).hostname or ""

    @property
    def called(self) -> str:
        """What people know it by."""
        return self.description or self.host


class Delivery(Owned):
    """One event for one endpoint; its body stays as it was first sent, and so does the id by which it is known."""

    class State(models.TextChoices):
        """How far it got."""

        WAITING = "waiting"
        DELIVERED = "delivered"
        FAILED = "failed"

    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="deliveries")
    message = models.CharField(max_length=40, unique=True)
    type = models.CharField(max_length=60)
    body = models.TextField()
    # Whose data it is about, by pseudonym: by this it is found when they ask for a copy, or are to be forgotten.
    about = models.CharField(max_length=20, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)  # of this round; sending again begins a new one
    next_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(fields=("endpoint", "-id"), name="delivery_of_endpoint"),
            models.Index(
                fields=("next_at", "endpoint"), condition=models.Q(next_at__isnull=False), name="delivery_is_due"
            ),
            models.Index(fields=("created_at",), name="delivery_by_age"),
            models.Index(fields=("about",), condition=~models.Q(about=""), name="delivery_about_somebody"),
        )

    def __str__(self) -> str:
        return f"{self.type} {self.message}"


class Attempt(Owned):
    """One try to deliver: what was answered, or why nothing was."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    reason = models.CharField(max_length=20, blank=True)
    excerpt = models.CharField(max_length=500, blank=True)
    took_ms = models.PositiveIntegerField()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.status or self.reason}"
