"""Surveys by API: what is asked, in which version, and the same actions as on the pages."""

from datetime import datetime
from typing import Any, Literal

from django.http import Http404, HttpRequest
from ninja import Body, Field, Router, Schema, Status

from klankbord.reports.wording import LANGUAGES
from klankbord.web.kernel.access import Actor, Permission
from klankbord.web.kernel.problem import Problem
from klankbord.web.people.tokens import TokenAuth
from klankbord.web.surveys import actions
from klankbord.web.surveys.library import STARTING_POINTS, starting_point
from klankbord.web.surveys.models import Version
from klankbord.web.surveys.parts import MODES
from klankbord.web.surveys.queries import surveys

router = Router(tags=["surveys"], auth=TokenAuth())


class SurveyTold(Schema):
    """A survey."""

    code: str = Field(description="What the lake calls it; it stays.", examples=["after-contact"])
    name: str
    metric: str = Field(examples=["nps"])
    mode: str = Field(description="research or service", examples=["service"])
    archived: bool
    asked_version: int | None = Field(description="The version that is asked; null while none is published.")
    asked_since: datetime | None
    has_draft: bool
    open_link: bool = Field(description="Whether anybody may answer who has the address.")


class VersionTold(Schema):
    """One version of a survey."""

    number: int
    wording: int = Field(description="Edition of the score question: `survey_version` of answers in the lake.")
    published_at: datetime | None = Field(description="Null for the draft.")
    content: dict[str, Any] = Field(description="The questionnaire, with its texts by language.")


# More than blanks, and nothing that PostgreSQL cannot hold.
_SAYS_SOMETHING = r"^[^\x00]*[^\s\x00][^\x00]*$"


class SurveyNew(Schema):
    """What a survey begins with."""

    name: str = Field(min_length=1, max_length=120, pattern=_SAYS_SOMETHING, examples=["After a contact"])
    code: str = Field("", max_length=50, description="Made from the name where nothing is given.")
    begin_with: Literal[tuple(STARTING_POINTS)] = Field("nps", description="Wording of the library.")  # type: ignore[valid-type]
    mode: Literal[MODES] = "service"  # type: ignore[valid-type]
    brand: str = Field(min_length=1, max_length=60, pattern=_SAYS_SOMETHING, examples=["Halder"])
    languages: list[Literal[LANGUAGES]] = Field(list(LANGUAGES), min_length=1)  # type: ignore[valid-type]


_WRONG = {400: Problem, 401: Problem, 403: Problem, 404: Problem, 409: Problem, 422: Problem}


@router.get(
    "",
    response={200: list[SurveyTold], 401: Problem, 403: Problem},
    operation_id="list_surveys",
    summary="List surveys",
)
def list_all(request: HttpRequest) -> list[dict[str, Any]]:
    """List the surveys, those in use first."""
    _actor(request).require(Permission.SEE_SURVEYS)
    return [_told(survey) for survey in surveys()]


@router.post("", response={201: SurveyTold} | _WRONG, operation_id="create_survey", summary="Make a survey")
def create(request: HttpRequest, new: SurveyNew) -> Status[Any]:
    """Make a survey with a draft from the library; nobody is asked anything before it is published."""
    questionnaire = starting_point(
        new.begin_with,
        brand=new.brand,
        mode=new.mode,
        languages=tuple(language for language in LANGUAGES if language in new.languages),
    )
    survey = actions.create_survey(
        actor=_actor(request), name=new.name.strip(), code=new.code, questionnaire=questionnaire
    )
    return Status(201, _told(_found(survey.code)))


@router.get("/{code}", response={200: SurveyTold} | _WRONG, operation_id="get_survey", summary="Look a survey up")
def look_up(request: HttpRequest, code: str) -> dict[str, Any]:
    """Look a survey up."""
    _actor(request).require(Permission.SEE_SURVEYS)
    return _told(_found(code))


@router.get(
    "/{code}/versions",
    response={200: list[VersionTold]} | _WRONG,
    operation_id="list_survey_versions",
    summary="List the versions of a survey",
)
def versions(request: HttpRequest, code: str) -> list[Version]:
    """List the versions of a survey with their questionnaires, the newest first."""
    _actor(request).require(Permission.SEE_SURVEYS)
    return list(Version.objects.filter(survey=_found(code)))


@router.put(
    "/{code}/draft",
    response={200: VersionTold} | _WRONG,
    operation_id="put_survey_draft",
    summary="Put the draft of a survey",
)
def put_draft(request: HttpRequest, code: str, content: Body[dict[str, Any]]) -> Version:
    """Put the draft of a survey: a whole questionnaire, as `versions` tells them; texts may still be missing."""
    _actor(request).require(Permission.MANAGE_SURVEYS)
    return actions.change_draft(actor=_actor(request), survey=_found(code), content=content)


@router.post(
    "/{code}/publish", response={200: VersionTold} | _WRONG, operation_id="publish_survey", summary="Publish a survey"
)
def publish(request: HttpRequest, code: str) -> Version:
    """Ask the draft from now on; `wording` says by its rise that the trend breaks."""
    _actor(request).require(Permission.MANAGE_SURVEYS)
    return actions.publish(actor=_actor(request), survey=_found(code))


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def _found(code: str) -> Any:
    survey = surveys().filter(code=code).first()
    if survey is None:
        raise Http404
    return survey


def _told(survey: Any) -> dict[str, Any]:
    plain = {name: getattr(survey, name) for name in ("code", "name", "metric", "mode", "has_draft", "open_link")}
    return plain | {
        "archived": survey.archived_at is not None,
        "asked_version": survey.asked_number,
        "asked_since": survey.asked_since,
    }
