"""Rules by which customers are asked, what protects them from being asked, and what became of each contact."""

from secrets import token_hex
from typing import Final

from django.db import models
from django.utils import timezone

from klankbord.web.contacts.models import Contact, Customer
from klankbord.web.kernel.tenancy import Owned
from klankbord.web.surveys.models import Survey, Version

PUBLIC_ID_LENGTH: Final = 16


def new_public_id() -> str:
    """Return what a link is known by: it says nothing of a person; the link holds a signature beside it."""
    return token_hex(PUBLIC_ID_LENGTH // 2)


class Rule(Owned):
    """Which contacts a survey asks about, how many of them, and when."""

    class Channel(models.TextChoices):
        """How the question is put."""

        EMAIL = "email"

    name = models.CharField(max_length=120)
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="rules")
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.EMAIL)
    live = models.BooleanField(default=False)
    # The first live rule that a contact meets, in this order, decides about it.
    position = models.PositiveIntegerField(default=0)
    # Which contacts it is about: lists of values by column; no list, no condition.
    conditions = models.JSONField(default=dict)
    # Either a share of contacts, or as many a week of each agent; the draw is ours, and nobody can steer it.
    share = models.FloatField(null=True)
    weekly_per_agent = models.PositiveIntegerField(null=True)
    delay_minutes = models.PositiveIntegerField(default=30)
    # Hours and days of the week (1 is Monday) on which nothing leaves, in the organisation's zone.
    quiet_from = models.TimeField(null=True)
    quiet_until = models.TimeField(null=True)
    quiet_days = models.JSONField(default=list)
    reminder_after_days = models.PositiveIntegerField(null=True)
    open_days = models.PositiveIntegerField(default=14)
    created_at = models.DateTimeField(auto_now_add=True)
    live_since = models.DateTimeField(null=True)

    class Meta:
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.name


class Clock(Owned):
    """A quarantine: for so many days after somebody was asked they are not asked again, each clock by itself.

    Of the organisation it runs whatever is asked; of a metric only for that metric; of an attribute (client,
    touchpoint, channel ...) only for the value that the last contact had.
    """

    class Kind(models.TextChoices):
        """What a clock is for."""

        ORGANISATION = "organisation"
        METRIC = "metric"
        ATTRIBUTE = "attribute"

    kind = models.CharField(max_length=15, choices=Kind.choices)
    name = models.CharField(max_length=60, blank=True)
    days = models.PositiveIntegerField(default=90)

    class Meta:
        ordering = ("kind", "name")
        constraints = (models.UniqueConstraint(fields=("organisation", "kind", "name"), name="one_clock_a_name"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.name}".strip()


class Allowance(Owned):
    """How likely each contact of an agent in one week is to be chosen by a rule that wants so many of each agent.

    It is worked out once, from the weeks before, and then stands: in whatever order contacts come in, they are alike.
    """

    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="allowances")
    agent = models.CharField(max_length=200)
    week = models.DateField()
    chance = models.FloatField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("rule", "week", "agent"), name="one_allowance_an_agent"),)

    def __str__(self) -> str:
        return f"allowance {self.pk}"


class Planning(Owned):
    """How far contacts have been decided about: of those up to this id none is left."""

    decided_through = models.BigIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("organisation",), name="one_planning_an_organisation"),)

    def __str__(self) -> str:
        return f"decided through {self.decided_through}"


class Sender(Owned):
    """Who the customers of an organisation get mail from."""

    name = models.CharField(max_length=80, blank=True)
    address = models.EmailField(blank=True)
    reply_to = models.EmailField(blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("organisation",), name="one_sender_an_organisation"),)

    def __str__(self) -> str:
        return self.name


class Block(Owned):
    """Somebody who must not be asked, by any channel, until it is lifted."""

    class Reason(models.TextChoices):
        """Why."""

        OPTED_OUT = "opted_out"
        BOUNCED = "bounced"
        COMPLAINED = "complained"
        OPEN_COMPLAINT = "open_complaint"
        DO_NOT_CONTACT = "do_not_contact"
        DECEASED = "deceased"

    # The mark of a customer, or of one of their addresses (`lake.Key.mark`): enough to refuse them, not to find them in
    # register or lake, so that it may outlive their erasure.
    mark = models.CharField(max_length=40)
    reason = models.CharField(max_length=20, choices=Reason.choices)
    source = models.CharField(max_length=60)
    since = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("organisation", "mark", "reason"), name="one_block_a_reason"),)

    def __str__(self) -> str:
        return f"block {self.pk}"


class Invitation(Owned):
    """Somebody who is asked about a contact, with what the contact was when the question left.

    One that came with history (`rule` and `version` empty) holds no link; it is there for the quarantine.
    """

    class State(models.TextChoices):
        """How far it is; a withheld one was planned, and something came between."""

        PLANNED = "planned"
        SENDING = "sending"
        SENT = "sent"
        FAILED = "failed"
        WITHHELD = "withheld"

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    rule = models.ForeignKey(Rule, on_delete=models.SET_NULL, null=True, related_name="invitations")
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, null=True, related_name="+")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, null=True, related_name="invitations")
    metric = models.CharField(max_length=20)
    channel = models.CharField(max_length=20)
    language = models.CharField(max_length=2, blank=True)
    contact = models.OneToOneField(Contact, on_delete=models.SET_NULL, null=True, related_name="invitation")
    customer = models.ForeignKey(Customer, on_delete=models.SET_NULL, null=True, related_name="invitations")
    # The marks of customer and address, as in `Block`: a quarantine outlives the rows that it came from, and one
    # mailbox is asked once, whoever it is known as.
    person = models.CharField(max_length=40, blank=True)
    recipient = models.CharField(max_length=40, blank=True)
    # As the contact was when the question left: client, site, team, agents, queue, channel, touchpoint and the like.
    circumstances = models.JSONField(default=dict)
    # How likely this contact was to be chosen, for whoever weighs answers.
    chance = models.FloatField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    # Why it is withheld or failed.
    reason = models.CharField(max_length=40, blank=True)
    planned_at = models.DateTimeField()
    due_at = models.DateTimeField()
    # From which moment quarantine counts: planned, then sent.
    asked_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    bounced_at = models.DateTimeField(null=True)
    complained_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    opted_out_at = models.DateTimeField(null=True)
    remind_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    message_id = models.CharField(max_length=200, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    # As for contacts: what is ahead of the lake is brought there.
    lake_version = models.IntegerField(default=1)
    projected_version = models.IntegerField(default=0)

    class Meta:
        indexes = (
            models.Index(fields=("organisation", "state", "due_at"), name="invitations_due"),
            models.Index(fields=("organisation", "asked_at", "id"), name="invitations_in_their_order"),
            models.Index(fields=("organisation", "person", "asked_at"), name="invitations_of_a_person"),
            models.Index(fields=("organisation", "recipient", "asked_at"), name="invitations_of_a_mailbox"),
            models.Index(
                fields=("organisation", "remind_at"),
                condition=models.Q(remind_at__isnull=False),
                name="invitations_to_remind",
            ),
            models.Index(fields=("message_id",), name="invitations_by_message"),
            models.Index(
                fields=("organisation", "id"),
                condition=models.Q(lake_version__gt=models.F("projected_version")),
                name="invitations_ahead_of_the_lake",
            ),
        )

    def __str__(self) -> str:
        return f"invitation {self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether its link may be answered now.

        One that is just being sent is open too: the mail may be there before we know that it left.
        """
        left = self.state in {self.State.SENDING, self.State.SENT, self.State.FAILED} and self.version_id is not None
        return left and self.expires_at is not None and timezone.now() < self.expires_at


class Passed(Owned):
    """A contact that was not asked about, and why."""

    contact = models.OneToOneField(Contact, on_delete=models.CASCADE, related_name="passed")
    rule = models.ForeignKey(Rule, on_delete=models.SET_NULL, null=True, related_name="+")
    # Whether it could have been asked about; see `reasons`.
    eligible = models.BooleanField()
    reason = models.CharField(max_length=40)
    decided_at = models.DateTimeField()
    lake_version = models.IntegerField(default=1)
    projected_version = models.IntegerField(default=0)

    class Meta:
        indexes = (
            models.Index(
                fields=("organisation", "id"),
                condition=models.Q(lake_version__gt=models.F("projected_version")),
                name="passed_ahead_of_the_lake",
            ),
        )

    def __str__(self) -> str:
        return f"passed {self.pk}"
