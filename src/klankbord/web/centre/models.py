"""The units of a contact centre, who was in which team when, and what was seen of that in contacts."""

from django.db import models
from django.db.models.functions import Lower

from klankbord.lake.schema import TABLES
from klankbord.web.kernel.encryption import EncryptedTextField
from klankbord.web.kernel.tenancy import Owned

CODE_LENGTH = 200
CHANNELS: tuple[str, ...] = TABLES["contacts"].column("channel").values


class Unit(Owned):
    """What all kinds have: the code that contacts carry, which stays, and the name that is shown, which may change."""

    code = models.CharField(max_length=CODE_LENGTH)
    name = models.CharField(max_length=CODE_LENGTH)
    active = models.BooleanField(default=True)
    # Set where contacts brought the unit in; it is news until somebody has looked at it.
    learnt_at = models.DateTimeField(null=True)
    looked_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        ordering = (Lower("name"), "pk")
        constraints = (models.UniqueConstraint(fields=("organisation", "code"), name="one_%(class)s_a_code"),)

    def __str__(self) -> str:
        return self.name or self.code

    @property
    def is_news(self) -> bool:
        """Whether it came in with contacts and nobody has looked at it yet."""
        return self.learnt_at is not None and self.looked_at is None


class Client(Unit):
    """A principal on whose behalf contact is had."""


class Site(Unit):
    """A location."""


class Team(Unit):
    """A team, where it sits and for whom it mostly works."""

    site = models.ForeignKey(Site, on_delete=models.SET_NULL, null=True, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.SET_NULL, null=True, related_name="+")


class Agent(Unit):
    """An employee who has contacts; their name and code are personal data of an employee."""

    forgotten_at = models.DateTimeField(null=True)


class Queue(Unit):
    """A queue or skill group, with the seconds within which an answer counts as in time."""

    client = models.ForeignKey(Client, on_delete=models.SET_NULL, null=True, related_name="+")
    channel = models.CharField(max_length=20, blank=True, choices=[(channel, channel) for channel in CHANNELS])
    threshold_s = models.PositiveIntegerField(null=True)


class Touchpoint(Unit):
    """A moment in the journey, such as invoice or move."""


class TeamSpell(Owned):
    """An agent was in a team from one day up to and including another, or still is; spells of one never overlap."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="spells")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="spells")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    by_hand = models.BooleanField(default=False)

    class Meta:
        ordering = ("-starts_on", "pk")
        indexes = (models.Index(fields=("agent", "starts_on")), models.Index(fields=("team", "ends_on")))

    def __str__(self) -> str:
        return f"{self.agent_id} in {self.team_id} from {self.starts_on}"


class Placement(Owned):
    """What was said by hand about an agent's team: about each day the last that was said holds."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.agent_id} into {self.team_id} from {self.starts_on}"


class Sighting(Owned):
    """The days of a month on which contacts showed an agent in a team: bit 0 is the first of the month.

    Spells are worked out from these days, so that they do not depend on the order in which contacts came in.
    """

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    month = models.DateField()
    days = models.PositiveIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("agent", "team", "month"), name="one_sighting_a_month"),)

    def __str__(self) -> str:
        return f"{self.agent_id} in {self.team_id}, {self.month:%Y-%m}"


class BroughtFile(Owned):
    """What a file holds, between its dry run and its being brought in, or a day at most."""

    kind = models.CharField(max_length=20)
    reading = EncryptedTextField()
    user_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"file {self.pk} of {self.kind}"
