"""What whoever answers sees: sizes, names, and nothing from elsewhere."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles.finders import find

from klankbord.web.surveys.library import STARTING_POINTS, starting_point
from klankbord.web.surveys.rendering import Around, Given, respondent_page

AROUND = Around(action="/s/x/", provisional="/s/x/", stop_url="/s/x/stop/", change_url="/s/x/")
STEPS = ("answer", "thanks", "stop", "stopped", "expired")


def shown(rf, *, kind="nps", language="en", step="answer", **said):
    asked = starting_point(kind, brand="Halder").in_language(language)
    return respondent_page(rf.get("/s/x/9/?via=mail"), asked, step=step, around=AROUND, **said)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
def test_a_page_speaks_the_language_that_was_chosen_and_offers_the_others_at_the_same_step(rf, step, language):
    page = shown(rf, step=step, language=language).content.decode()
    assert f'<html lang="{language}">' in page
    for other in ("nl", "fr", "de", "en"):
        assert f'href="/s/x/9/?via=mail&amp;language={other}"' in page


@pytest.mark.parametrize("kind", STARTING_POINTS)
def test_everything_that_a_page_loads_of_ours_is_below_15_kb(rf, kind):
    page = shown(rf, kind=kind, language="fr", given=Given(score=1)).content
    look = 80
    files = [Path(find(f"surveys/respondent.{kind}")) for kind in ("css", "js")]
    sizes = [len(page), look, *(path.stat().st_size for path in files)]
    assert sum(sizes) < 15_000


def test_a_page_sets_no_cookie_and_loads_nothing_from_elsewhere(rf):
    response = shown(rf, given=Given(score=9))
    assert not response.cookies
    assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', response.content.decode())


def test_a_score_that_was_tapped_is_chosen_and_asked_about(rf):
    page = shown(rf, given=Given(score=9)).content.decode()
    assert re.findall(r'value="(\d+)" checked', page) == ["9"]
    assert "What is the primary reason" in page
    assert 'data-provisional="/s/x/"' in page


def test_without_a_score_nothing_is_chosen_and_nothing_follows(rf):
    page = shown(rf).content.decode()
    assert "checked" not in page
    assert "textarea" not in page


def test_no_page_says_what_a_score_makes_of_somebody(rf):
    for step in STEPS:
        for score in (0, 8, 10):
            page = shown(rf, step=step, given=Given(score=score)).content.decode().casefold()
            assert not [word for word in ("promoter", "passive", "detractor", "9-10", "9–10") if word in page]


def test_only_somebody_who_is_known_and_not_content_is_asked_for_a_call(rf):
    assert 'name="call"' in shown(rf, given=Given(score=2)).content.decode()
    assert 'name="call"' not in shown(rf, given=Given(score=10)).content.decode()
    asked = starting_point("nps", brand="Halder").in_language("en")
    page = respondent_page(rf.get("/q/x/"), asked, step="answer", given=Given(score=2), around=Around(linked=False))
    assert 'name="call"' not in page.content.decode()
    assert "does not know who answers here" in page.content.decode()


def test_what_somebody_wrote_is_text_and_stays(rf):
    given = Given(score=3, comment="</textarea><script>alert(1)</script>", wants_call=True)
    page = shown(rf, given=given).content.decode()
    assert "<script>alert" not in page
    assert "&lt;/textarea&gt;" in page
    assert re.search(r'name="call" value="yes" checked', page)


def test_only_named_origins_may_show_a_page_in_a_frame(rf):
    asked = starting_point("nps", brand="Halder").in_language("en")
    framed = respondent_page(rf.get("/q/x/"), asked, step="answer", embedded_by=("https://www.halder.example",))
    assert framed.headers["Content-Security-Policy"].endswith("frame-ancestors https://www.halder.example")
    assert framed.xframe_options_exempt
    alone = respondent_page(rf.get("/q/x/"), asked, step="answer")
    assert "Content-Security-Policy" not in alone.headers  # then that of every page holds: no frame at all


@pytest.mark.django_db
def test_the_colours_of_a_brand_are_a_sheet_of_their_own(client):
    response = client.get("/look/1f5591-8dbaee.css")
    assert response.headers["Content-Type"] == "text/css"
    assert "--accent:#1f5591" in response.content.decode()
    assert client.get("/look/1f5591-red.css").status_code == 404
    assert client.get("/look/unknown").status_code == 404


@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("mode", ["research", "service"])
def test_employees_are_not_asked_about_a_contact(rf, language, step, mode):
    asked = starting_point("enps", brand="Halder", mode=mode).in_language(language)
    html = respondent_page(rf.get("/s/x/"), asked, step=step, around=AROUND).content.decode()
    words = re.sub(r"<[^>]+>", " ", html[html.index("<main") :])
    assert not re.search(r"(?:your|uw|votre) contact|Kontakt|helped|geholpen|aidé|geholfen", words)
