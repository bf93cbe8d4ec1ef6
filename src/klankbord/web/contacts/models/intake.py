"""Systems that send by webhook, and everything that came in as it came in."""

from django.db import models

from klankbord.web.kernel.encryption import EncryptedTextField
from klankbord.web.kernel.tenancy import Owned


class Intake(Owned):
    """A system that sends what happens, each message signed in that system's own way."""

    class Scheme(models.TextChoices):
        """How a message proves that it comes from there."""

        STANDARD = "standard"
        HMAC = "hmac"
        TWILIO = "twilio"
        TOKEN = "token"  # noqa: S105  the name of a scheme
        BASIC = "basic"

    public_id = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    dialect = models.CharField(max_length=60, blank=True)
    scheme = models.CharField(max_length=10, choices=Scheme.choices)
    header = models.CharField(max_length=80, blank=True)
    secret = EncryptedTextField()
    # Both secrets are good for a day after a change, so that nothing is refused meanwhile.
    earlier_secret = EncryptedTextField(null=True)
    earlier_secret_until = models.DateTimeField(null=True)
    enabled = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_received_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name


class Payload(Owned):
    """What came in by one request, as it came in: packed, encrypted, and kept as long as the organisation says."""

    class State(models.TextChoices):
        """Whether it has been read into contacts; unreadable ones wait for somebody to look."""

        WAITING = "waiting"
        READ = "read"
        UNREADABLE = "unreadable"

    intake = models.ForeignKey(Intake, on_delete=models.SET_NULL, null=True, related_name="payloads")
    source = models.CharField(max_length=60, blank=True)
    content = models.BinaryField()
    kind = models.CharField(max_length=80, default="application/json")
    state = models.CharField(max_length=10, choices=State.choices, default=State.READ)
    problem = models.JSONField(default=dict)
    # Whose data it holds, with blanks between: by these it is found again when somebody is to be forgotten.
    pseudonyms = models.TextField(blank=True, default="")
    digest = models.CharField(max_length=64, blank=True)
    received_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(fields=("intake", "id"), condition=~models.Q(state="read"), name="payloads_to_be_read"),
            models.Index(fields=("intake", "digest"), name="payloads_by_digest"),
        )

    def __str__(self) -> str:
        return f"payload {self.pk}"
