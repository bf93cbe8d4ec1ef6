"""Answers with their history, and the visits by which a person is told from a machine."""

from uuid import uuid4

from django.db import models

from klankbord.web.invitations.models import Invitation
from klankbord.web.kernel.encryption import EncryptedTextField
from klankbord.web.kernel.tenancy import Owned
from klankbord.web.surveys.models import Version, new_public_id


class Response(Owned):
    """What one customer answered: at most one that counts for each link."""

    class Status(models.TextChoices):
        """How far it got: the score alone counts too."""

        PARTIAL = "partial"
        COMPLETE = "complete"

    # The lake's key, with the source "klankbord": made once, so that whatever is brought twice is one.
    external_id = models.UUIDField(unique=True, default=uuid4, editable=False)
    # Empty for answers by a web link, a QR code or a widget, and once the invitation was kept long enough.
    invitation = models.OneToOneField(Invitation, on_delete=models.SET_NULL, null=True, related_name="response")
    # Pseudonym of the customer who was asked: an answer is found by it when they are to be forgotten.
    customer = models.CharField(max_length=40, blank=True, db_index=True)
    # What it is about, as it was when the question left: the contact's key and moment, team, agent, queue and the like.
    circumstances = models.JSONField(default=dict)
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="responses")
    metric = models.CharField(max_length=20)
    channel = models.CharField(max_length=20)
    language = models.CharField(max_length=2)
    score = models.SmallIntegerField(null=True)
    comment = EncryptedTextField(null=True)
    # Choices by the id of their question, and as ids: labels are translated, ids are not.
    choices = models.JSONField(default=dict)
    wants_call = models.BooleanField(default=False)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PARTIAL)
    # A score that a page sent by itself is confirmed by anything a person does after it.
    confirmed = models.BooleanField(default=False)
    counted = models.BooleanField(default=True)
    not_counted_reason = models.CharField(max_length=40, blank=True)
    # A person's decision stands over what the rules say.
    decided_by_hand = models.BooleanField(default=False)
    started_at = models.DateTimeField()
    answered_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    # Of the take that stands, as in `Change`.
    visitor = models.CharField(max_length=24, blank=True)
    # What a link to an answer without invitation is known by, so that it can be changed and resumed.
    public_id = models.CharField(max_length=16, unique=True, default=new_public_id)
    lake_version = models.IntegerField(default=1)
    projected_version = models.IntegerField(default=0)

    class Meta:
        ordering = ("-answered_at", "-id")
        indexes = (
            models.Index(fields=("organisation", "answered_at", "id"), name="responses_by_moment"),
            models.Index(fields=("organisation", "changed_at", "id"), name="responses_by_change"),
            models.Index(fields=("visitor", "changed_at"), name="responses_of_a_visitor"),
            models.Index(
                fields=("organisation", "id"),
                condition=models.Q(lake_version__gt=models.F("projected_version")),
                name="responses_ahead_of_the_lake",
            ),
        )

    def __str__(self) -> str:
        return f"response {self.pk}"


class Change(Owned):
    """One step in the history of an answer: what was, what is, and who or which rule did it.

    Scores are takes: each is there with what is known of how it came, so that the last one of a person can stand again
    when those after it turn out to be a machine's.
    """

    class Kind(models.TextChoices):
        """What happened."""

        SCORE = "score"
        CONFIRMED = "confirmed"
        WORDS = "words"
        IGNORED = "ignored"
        SUSPECTED = "suspected"
        DECIDED = "decided"

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="changes")
    at = models.DateTimeField()
    kind = models.CharField(max_length=20, choices=Kind.choices)
    before = models.CharField(max_length=40, blank=True)
    after = models.CharField(max_length=40, blank=True)
    by = models.CharField(max_length=120, blank=True)
    visitor = models.CharField(max_length=24, blank=True)
    # The page view from which it was sent, and how long after it.
    view = models.CharField(max_length=16, blank=True)
    waited_ms = models.PositiveIntegerField(null=True)
    confirmed = models.BooleanField(default=True)
    # The rule by which a take does not count.
    suspect = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.kind} of an answer"


class Visit(Owned):
    """Somebody or something that opened a link: what tells scanners from people; kept for days only."""

    class Kind(models.TextChoices):
        """What was opened."""

        PAGE = "page"
        SCORE = "score"
        HONEYPOT = "honeypot"
        STOP = "stop"

    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="visits")
    at = models.DateTimeField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    score = models.SmallIntegerField(null=True)
    # A keyed digest of address and browser that changes daily: enough to see one visitor in many visits.
    visitor = models.CharField(max_length=24)

    class Meta:
        ordering = ("id",)
        indexes = (
            models.Index(fields=("invitation", "visitor", "at"), name="visits_of_an_invitation"),
            models.Index(fields=("visitor", "at"), name="visits_of_a_visitor"),
            models.Index(fields=("at",), name="visits_by_age"),
        )

    def __str__(self) -> str:
        return f"{self.kind} of a link"
