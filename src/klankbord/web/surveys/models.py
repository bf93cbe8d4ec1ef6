"""Questionnaires: a survey is what stays the same, its versions are what was asked at one time."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.crypto import get_random_string

from klankbord.errors import KlankbordError
from klankbord.web.kernel.tenancy import Owned


class PublishedError(KlankbordError):
    """A version that was published cannot be changed: answers point to what was asked."""

    code = "published_version"


def new_public_id() -> str:
    """Return an id for addresses that strangers see: it says nothing and cannot be guessed."""
    return get_random_string(16)


class Survey(Owned):
    """One questionnaire through all its versions; its metric never changes, so that its trend is of one thing."""

    class Metric(models.TextChoices):
        """What the score question asks: the measures of the room `score`."""

        NPS = "nps"
        CSAT = "csat"
        CES = "ces"
        ENPS = "enps"

    class Mode(models.TextChoices):
        """Research is anonymous to the line; service closes the loop with the customer, and says so up front."""

        RESEARCH = "research"
        SERVICE = "service"

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    name = models.CharField(max_length=120)
    # What the lake calls it: never renamed, so that questions asked once can be asked again.
    code = models.SlugField(max_length=60)
    metric = models.CharField(max_length=10, choices=Metric.choices)
    mode = models.CharField(max_length=10, choices=Mode.choices)
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("name", "id")
        constraints = (models.UniqueConstraint(fields=("organisation", "code"), name="one_survey_a_code"),)

    def __str__(self) -> str:
        return self.name

    @property
    def current(self) -> "Version | None":
        """The version that is being asked: the newest that was published."""
        found: Version | None = Version.objects.filter(survey=self).exclude(published_at=None).first()
        return found


class Version(Owned):
    """One version of a survey: a draft until it is published, and unchangeable from then on.

    `content` is a `Questionnaire` as plain data. `wording` is the number of the edition of the score question: it rises
    only when what is asked changes, so that a new colour is no break in a trend and a new word is one.
    """

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    wording = models.PositiveIntegerField(default=1)
    content = models.JSONField(default=dict)
    changed_at = models.DateTimeField(auto_now=True)
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(fields=("survey", "number"), name="one_version_a_number"),
            models.UniqueConstraint(
                fields=("survey",), condition=models.Q(published_at=None), name="one_draft_a_survey"
            ),
        )

    def __str__(self) -> str:
        return f"{self.survey} {self.number}"

    def save(self, *args: Any, **options: Any) -> None:
        """Store it, unless it was published before."""
        if self.pk and Version.objects.filter(pk=self.pk).exclude(published_at=None).exists():
            raise PublishedError(
                "this version was published and cannot change", hint="change the draft that follows it"
            )
        super().save(*args, **options)
