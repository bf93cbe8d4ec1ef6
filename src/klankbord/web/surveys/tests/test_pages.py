"""The pages, as a browser without JavaScript uses them."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict

from klankbord.web.kernel.tenancy import acting_in
from klankbord.web.surveys import actions
from klankbord.web.surveys.models import Survey, Version
from klankbord.web.surveys.tests.test_surveys import png

BASE = "/o/noord/surveys"


def filled_in(page):
    """Return what a browser would send of the editor's form as it was shown."""
    form = re.search(r'<form class="aside" id="editor".*?</form>', page, re.DOTALL).group()
    told = QueryDict(mutable=True)
    for tag in re.findall(r"<input[^>]*>", form):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        kind = attributes.get("type", "text")
        if kind == "file" or (kind in {"checkbox", "radio"} and " checked" not in tag):
            continue
        told.appendlist(attributes["name"], attributes.get("value", ""))
    for name, text in re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        told.appendlist(name, text)
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        told.appendlist(name, chosen.group(1) if chosen else "")
    return told


@pytest.fixture
def browser(browse):
    return browse("analyst")


@pytest.fixture
def edit(browser, survey):
    """Open the editor, change some fields, press a button, and return where that led."""

    def edited(do="save", language="en", **said):
        address = f"{BASE}/{survey.pk}/edit"
        told = filled_in(browser.get(f"{address}?in={language}").content.decode())
        for name, value in said.items():
            told[name.replace("__", ".")] = value
        told["do"] = do
        return browser.post(address, told.urlencode(), content_type="application/x-www-form-urlencoded", follow=True)

    return edited


def newest(survey):
    return survey.versions.first().content


def test_a_survey_is_made_on_a_page_and_edited_from_there(browser, organisation):
    told = {"name": "Na contact", "kind": "nps_contact", "mode": "service", "brand": "Noord", "language": "nl"}
    answer = browser.post(f"{BASE}/new", told | {"languages": ["nl", "fr"]}, follow=True)
    assert answer.redirect_chain[0][0].endswith("/edit")
    with acting_in(organisation):
        survey = Survey.objects.get()
        assert newest(survey)["languages"] == ["nl", "fr"]
        assert survey.metric == "nps"


def test_a_form_that_is_sent_as_it_was_shown_changes_nothing(edit, survey):
    before = newest(survey)
    for language in ("en", "nl", "fr", "de"):
        edit(language=language)
        assert newest(survey) == before
    assert survey.versions.count() == 1


def test_one_language_is_written_and_the_others_stay(edit, survey):
    before = newest(survey)
    edit(language="nl", question="Zou u {brand} aanbevelen?")
    after = newest(survey)
    assert after["question"]["nl"] == "Zou u {brand} aanbevelen?"
    assert {**after["question"], "nl": ""} == {**before["question"], "nl": ""}


def test_a_question_keeps_the_ids_of_its_choices_whatever_they_are_called(edit, survey):
    edit(do="add")
    said = {"q.0.id": "", "q.0.text": "What was it about?", "q.0.kind": "multiple", "q.0.from": "0", "q.0.to": "6"}
    choices = {"q.0.c.0.id": "", "q.0.c.0.text": "The price", "q.0.c.1.id": "", "q.0.c.1.text": "The wait"}
    edit(**said, **choices)
    (question,) = newest(survey)["questions"]
    assert (question["id"], question["scores"]) == ("what-was-it-about", [0, 6])
    assert [choice["id"] for choice in question["choices"]] == ["the-price", "the-wait"]
    edit(language="nl", **{"q.0.text": "Waarover ging het?", "q.0.c.0.text": "De prijs"})
    edit(**{"q.0.c.1.text": "Waiting"})
    (question,) = newest(survey)["questions"]
    assert question["choices"] == [
        {"id": "the-price", "text": {"en": "The price", "nl": "De prijs"}},
        {"id": "the-wait", "text": {"en": "Waiting"}},
    ]
    edit(do="up.0.1")
    assert [choice["id"] for choice in newest(survey)["questions"][0]["choices"]] == ["the-wait", "the-price"]


def test_a_choice_that_is_gone_never_lends_its_id_to_another(edit, survey, actor):
    said = {"q.0.id": "", "q.0.text": "What?", "q.0.kind": "single"}
    names = ("Price", "Staff", "Wait")
    choices = {f"q.0.c.{n}.{part}": text for n, name in enumerate(names) for part, text in (("id", ""), ("text", name))}
    edit(do="save", **said, **choices)
    for language in ("nl", "fr", "de"):
        edit(language=language, **{"q.0.text": "?"} | {f"q.0.c.{n}.text": name for n, name in enumerate(names)})
    actions.publish(actor=actor("owner"), survey=survey)
    edit(do="drop.0.0")
    edit(**{"q.0.c.2.id": "", "q.0.c.2.text": "Price"})
    assert [choice["id"] for choice in newest(survey)["questions"][0]["choices"]] == ["staff", "wait", "price-2"]


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_kept(edit, survey):
    page = edit(accent="#ff9900").content.decode()
    assert "#ab6600" in page
    assert 'aria-describedby="accent-help accent-error" aria-invalid="true"' in page
    assert newest(survey)["branding"]["accent"] == ""


def test_a_preview_shows_what_is_written_and_keeps_nothing(edit, survey):
    page = edit(do="preview", question="Would you, {brand}?", show__score="3").content.decode()
    frame = re.search(r'srcdoc="([^"]*)"', page).group(1)
    assert "Would you, Noord?" in frame
    assert "&lt;h1&gt;" in frame
    assert "name=&quot;call&quot;" in frame
    assert "Would you" not in str(newest(survey))


def test_with_htmx_only_the_preview_comes_back(browser, survey):
    address = f"{BASE}/{survey.pk}/edit"
    told = filled_in(browser.get(address).content.decode())
    told["do"] = "preview"
    answer = browser.post(
        address,
        told.urlencode(),
        content_type="application/x-www-form-urlencoded",
        headers={"HX-Request": "true"},
    )
    assert answer.content.decode().strip().startswith('<div class="screen phone">')


def test_why_by_score_begins_with_the_words_of_the_library(edit, survey):
    edit(why__split="yes")
    why = newest(survey)["why"]
    assert why["detractors"]["nl"] == "Wat ging er mis?"
    edit(why__detractors="What should we mend?")
    assert newest(survey)["why"]["detractors"] == why["detractors"] | {"en": "What should we mend?"}


def test_the_editor_shows_no_consent_in_research(browser, actor, acting):  # noqa: ARG001
    from klankbord.web.surveys.library import starting_point

    questionnaire = starting_point("nps", brand="Noord", mode="research")
    survey = actions.create_survey(actor=actor("owner"), name="Research", questionnaire=questionnaire)
    assert 'name="callback.on"' not in browser.get(f"{BASE}/{survey.pk}/edit").content.decode()


def test_a_logo_is_uploaded_with_the_draft(browser, survey):
    address = f"{BASE}/{survey.pk}/edit"
    told = filled_in(browser.get(address).content.decode())
    sent = {name: told.getlist(name) for name in told} | {"logo": SimpleUploadedFile("logo.png", png()), "do": "save"}
    browser.post(address, sent)
    logo = newest(survey)["branding"]["logo"]
    assert f'src="/look/{logo}"' in browser.get(f"{BASE}/{survey.pk}/preview").content.decode()
    wrong = sent | {"logo": SimpleUploadedFile("logo.png", b"<svg/>")}
    assert "neither a PNG nor a JPEG" in browser.post(address, wrong).content.decode()


def test_before_publishing_one_sees_whether_the_trend_breaks(browser, edit, survey):
    address = f"{BASE}/{survey.pk}/publish"
    assert "the trend begins" in browser.get(address).content.decode()
    browser.post(address)
    edit(thanks__everyone="We thank you.")
    assert "the trend goes on" in browser.get(address).content.decode()
    edit(language="nl", question="Zou u {brand} aanbevelen?")
    page = browser.get(address).content.decode()
    assert "worded otherwise (Dutch)" in page
    assert "<ins>Zou u {brand} aanbevelen?</ins>" in page
    browser.post(address)
    page = browser.get(f"{BASE}/{survey.pk}").content.decode()
    assert "the trend breaks" in page
    assert Version.objects.get(number=2).wording == 2


def test_what_has_gaps_cannot_be_published_from_the_page(browser, edit, survey):
    edit(language="fr", high="")
    page = browser.post(f"{BASE}/{survey.pk}/publish").content.decode()
    assert "1 text is missing" in page
    assert survey.current is None


def test_an_open_link_is_shown_only_where_it_is_open(browser, survey):
    address = f"{BASE}/{survey.pk}/distribution"
    assert survey.public_id not in browser.get(address).content.decode()
    browser.post(address, {"open_link": "on", "origins": "https://www.noord.example"})
    page = browser.get(address).content.decode()
    assert f"/q/{survey.public_id}/?via=widget" in page
    assert "not the address of a site" in browser.post(address, {"origins": "noord"}).content.decode()
    assert browser.get(f"{BASE}/{survey.pk}/code.svg").headers["Content-Type"] == "image/svg+xml"


def test_a_lead_sees_surveys_and_changes_none(browse, survey):
    lead = browse("lead", teams=["Ghent"])
    page = lead.get(f"{BASE}/{survey.pk}").content.decode()
    assert f"{survey.pk}/edit" not in page
    assert lead.post(f"{BASE}/{survey.pk}/distribution", {"open_link": "on", "origins": ""}).status_code == 403
    assert not Survey.objects.get(pk=survey.pk).open_link
