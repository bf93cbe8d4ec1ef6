"""Questionnaires: a survey is what stays the same, its versions are what was asked at one time."""

from secrets import token_urlsafe
from typing import Any

from django.conf import settings
from django.db import models

from klankbord.errors import KlankbordError
from klankbord.web.kernel.tenancy import Owned, OwnedManager
from klankbord.web.surveys.parts import about
from klankbord.web.surveys.questionnaire import Questionnaire


class PublishedError(KlankbordError):
    """A version that was published cannot be changed: answers point to what was asked."""

    code = "published_version"


def new_public_id() -> str:
    """Return an id for addresses that strangers see: it says nothing and cannot be guessed."""
    return token_urlsafe(12)


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
    # Whether anybody may answer who has the address: by web link, by QR code, or by widget on pages of these origins.
    open_link = models.BooleanField(default=False)
    widget_origins = models.JSONField(default=list)
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

    @property
    def about(self) -> str:
        """What it asks about: a `contact`, or the `work` of employees."""
        return about(self.metric)

    @property
    def takes_open_answers(self) -> bool:
        """Whether somebody may answer who was not invited."""
        return self.open_link and self.archived_at is None and self.current is not None


class VersionRows(models.QuerySet["Version"]):
    """Versions, of which those that were published cannot be changed by any query either."""

    def update(self, **fields: Any) -> int:
        """Change drafts; refuse where a published version is among them."""
        self.refuse_published("change")
        return super().update(**fields)

    def bulk_update(self, objs: Any, fields: Any, batch_size: int | None = None) -> int:
        """Change drafts; refuse where a published version is among them."""
        self.filter(pk__in=[one.pk for one in objs]).refuse_published("change")
        return super().bulk_update(objs, fields, batch_size)

    def delete(self) -> tuple[int, dict[str, int]]:
        """Take drafts away; refuse where a published version is among them."""
        self.refuse_published("go")
        return super().delete()

    def refuse_published(self, wish: str) -> None:
        """Refuse where one of these was published."""
        if self.exclude(published_at=None).exists():
            raise PublishedError(f"a version that was published cannot {wish}", hint="change the draft that follows it")


class Versions(OwnedManager["Version"]):
    """Finds versions of the organisation that is acted in."""

    _queryset_class = VersionRows


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

    objects = Versions()

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

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        """Take a draft away; a version that was published stays."""
        if self.published_at is not None:
            raise PublishedError("a version that was published cannot go", hint="archive its survey")
        return super().delete(*args, **options)

    @property
    def questionnaire(self) -> Questionnaire:
        """What it asks."""
        return Questionnaire.from_dict(self.content)


class Logo(Owned):
    """A picture of a brand, known by a name that says nothing and never changes, as versions name it."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    kind = models.CharField(max_length=20)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    content = models.BinaryField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("organisation", "digest"), name="one_logo_a_picture"),)

    def __str__(self) -> str:
        return f"logo {self.pk}"

    def within(self, width: int, height: int) -> tuple[int, int]:
        """Return the size in which it is shown where there is only so much room; it is never made larger."""
        part = min(1.0, width / self.width, height / self.height)
        return max(1, round(self.width * part)), max(1, round(self.height * part))
