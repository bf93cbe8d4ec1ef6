"""The room: one write path, versions that never change, and when a wording is another."""

from copy import deepcopy

import pytest
from django.db import transaction

from klankbord.web.kernel.access import ForbiddenError
from klankbord.web.kernel.events import listen
from klankbord.web.kernel.models import AuditEntry
from klankbord.web.kernel.tenancy import acting_in
from klankbord.web.surveys import actions
from klankbord.web.surveys.actions.logos import LogoError
from klankbord.web.surveys.actions.publish import NothingToPublishError, OriginError
from klankbord.web.surveys.events import SurveyPublished
from klankbord.web.surveys.flaws import QuestionnaireError
from klankbord.web.surveys.library import starting_point
from klankbord.web.surveys.models import Logo, PublishedError, Survey, Version

HEARD: list[SurveyPublished] = []


@listen(SurveyPublished)
def _hear(event):
    HEARD.append(event)


def content_of(survey, **said):
    return deepcopy(survey.versions.first().content) | said


def png(width=40, height=20, size=0):
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + width.to_bytes(4) + height.to_bytes(4) + bytes(size)


def jpeg(width=40, height=20):
    return b"\xff\xd8\xff\xe0\0\x04ab\xff\xc0\0\x0b\x08" + height.to_bytes(2) + width.to_bytes(2) + bytes(8)


def test_a_survey_is_asked_once_its_draft_is_published(survey, actor, django_capture_on_commit_callbacks):
    assert survey.current is None
    HEARD.clear()
    with django_capture_on_commit_callbacks(execute=True):
        version = actions.publish(actor=actor("owner"), survey=survey)
    assert survey.current == version
    assert (version.number, version.wording) == (1, 1)
    assert [(event.version, event.breaks) for event in HEARD] == [(version.pk, False)]
    assert {entry.action for entry in AuditEntry.objects.all()} == {"surveys.created", "surveys.published"}


def test_a_published_version_cannot_be_changed_by_any_way(survey, actor):
    version = actions.publish(actor=actor("owner"), survey=survey)
    version.content = {}
    ways = [
        version.save,
        version.delete,
        lambda: Version.objects.filter(pk=version.pk).update(wording=9),
        lambda: Version.objects.update(content={}),
        lambda: Version.objects.bulk_update([version], ["content"]),
        lambda: Version.objects.all().delete(),
        lambda: survey.versions.all().update(published_at=None),
    ]
    for way in ways:
        with pytest.raises(PublishedError), transaction.atomic():
            way()
    assert Version.objects.get(pk=version.pk).content["metric"] == "nps"


def test_a_change_of_what_is_asked_is_another_version(survey, actor):
    first = actions.publish(actor=actor("owner"), survey=survey)
    draft = actions.change_draft(actor=actor("owner"), survey=survey, content=content_of(survey, brand="Noord NV"))
    assert draft.number == 2
    assert survey.current == first
    again = actions.change_draft(actor=actor("owner"), survey=survey, content=content_of(survey, brand="Noord SA"))
    assert again.pk == draft.pk


def test_the_number_of_the_wording_rises_only_with_the_wording_of_the_score_question(survey, actor):
    who = actor("owner")
    actions.publish(actor=who, survey=survey)

    def published(**said):
        actions.change_draft(actor=who, survey=survey, content=content_of(survey, **said))
        return actions.publish(actor=who, survey=survey).wording

    questionnaire = survey.current.questionnaire
    assert published(thanks={"everyone": dict.fromkeys(questionnaire.languages, "Thanks")}) == 1
    assert published(languages=["en", "nl"], language="en") == 1
    worded = questionnaire.question.to_dict()
    # French was away in the last version, and what it said before that still counts.
    assert published(languages=["en", "nl", "fr"], question=worded | {"fr": "Recommanderiez-vous {brand} ?"}) == 2
    assert published(question=worded | {"fr": "Recommanderiez-vous {brand} ?", "de": "Würden Sie?"}) == 2
    assert published(question=worded | {"fr": "Recommanderiez-vous {brand} ?", "nl": "Zou u?"}) == 3


def test_what_has_gaps_is_not_published(survey, actor):
    content = content_of(survey)
    del content["question"]["fr"]
    actions.change_draft(actor=actor("owner"), survey=survey, content=content)
    with pytest.raises(QuestionnaireError, match="fr, question: the text is missing"):
        actions.publish(actor=actor("owner"), survey=survey)
    assert survey.current is None


def test_a_survey_never_measures_something_else(survey, actor):
    for said in ({"mode": "research", "callback": None}, starting_point("csat", brand="Noord").to_dict()):
        with pytest.raises(QuestionnaireError, match="never changes"):
            actions.change_draft(actor=actor("owner"), survey=survey, content=content_of(survey, **said))


def test_without_a_draft_there_is_nothing_to_publish(survey, actor):
    actions.publish(actor=actor("owner"), survey=survey)
    with pytest.raises(NothingToPublishError):
        actions.publish(actor=actor("owner"), survey=survey)
    # Saving what is asked already makes no draft.
    actions.change_draft(actor=actor("owner"), survey=survey, content=content_of(survey))
    assert survey.versions.count() == 1


def test_a_draft_can_be_thrown_away_but_not_the_only_one(survey, actor):
    assert not actions.discard_draft(actor=actor("owner"), survey=survey)
    actions.publish(actor=actor("owner"), survey=survey)
    actions.change_draft(actor=actor("owner"), survey=survey, content=content_of(survey, brand="Noord NV"))
    assert actions.discard_draft(actor=actor("owner"), survey=survey)
    assert survey.versions.count() == 1


def test_two_surveys_of_one_name_have_each_their_code(survey, actor):
    other = actions.create_survey(
        actor=actor("owner"), name=survey.name, questionnaire=starting_point("ces", brand="Noord")
    )
    assert (survey.code, other.code) == ("after-a-contact", "after-a-contact-2")


def test_only_those_who_look_after_surveys_change_them(survey, actor):
    for role in ("lead", "agent", "client_viewer", "privacy_officer"):
        who = actor(role, teams=["Ghent"], agent="A1", client="C1")
        for act in (
            lambda who=who: actions.publish(actor=who, survey=survey),
            lambda who=who: actions.change_draft(actor=who, survey=survey, content=content_of(survey)),
            lambda who=who: actions.distribute(actor=who, survey=survey, open_link=True, widget_origins=[]),
            lambda who=who: actions.archive_survey(actor=who, survey=survey),
            lambda who=who: actions.keep_logo(actor=who, content=png()),
        ):
            with pytest.raises(ForbiddenError):
                act()


def test_only_a_published_survey_in_use_takes_open_answers(survey, actor):
    who = actor("owner")
    actions.distribute(actor=who, survey=survey, open_link=True, widget_origins=["https://WWW.noord.example/x"])
    assert not survey.takes_open_answers
    actions.publish(actor=who, survey=survey)
    assert survey.takes_open_answers
    assert survey.widget_origins == ["https://www.noord.example"]
    actions.archive_survey(actor=who, survey=survey)
    assert not Survey.objects.get(pk=survey.pk).takes_open_answers


@pytest.mark.parametrize(
    "told", ["noord.example", "http://noord.example", "https://*", "https://a.example; script-src *"]
)
def test_an_origin_that_could_open_more_than_a_site_is_refused(survey, actor, told):
    with pytest.raises(OriginError):
        actions.distribute(actor=actor("owner"), survey=survey, open_link=True, widget_origins=[told])


@pytest.mark.usefixtures("acting")
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_a_picture"),
        (b"GIF89a", "not_a_picture"),
        (b"\xff\xd8\xff", "not_a_picture"),
        (png(size=20_000), "too_big"),
        (png(width=1001), "too_large"),
        (png(width=0), "too_large"),
    ],
)
def test_a_logo_is_a_small_picture(actor, content, reason):
    with pytest.raises(LogoError) as refused:
        actions.keep_logo(actor=actor("owner"), content=content)
    assert refused.value.reason == reason


@pytest.mark.usefixtures("acting")
@pytest.mark.parametrize(("content", "kind"), [(png(), "png"), (jpeg(), "jpeg")])
def test_a_logo_is_kept_once_and_served_from_here(actor, client, content, kind):
    logo = actions.keep_logo(actor=actor("owner"), content=content)
    assert actions.keep_logo(actor=actor("owner"), content=content) == logo
    assert (logo.kind, logo.width, logo.height) == (kind, 40, 20)
    answer = client.get(f"/look/{logo.public_id}")
    assert answer.content == content
    assert answer.headers["Content-Type"] == f"image/{kind}"
    assert "immutable" in answer.headers["Cache-Control"]


def test_the_logo_of_another_organisation_cannot_be_named(survey, elsewhere, actor):
    with acting_in(elsewhere):
        theirs = Logo.objects.create(kind="png", width=1, height=1, content=b"x", digest="x")
    content = content_of(survey, branding={"accent": "", "accent_dark": "", "logo": theirs.public_id})
    with pytest.raises(QuestionnaireError, match="no such logo"):
        actions.change_draft(actor=actor("owner"), survey=survey, content=content)
