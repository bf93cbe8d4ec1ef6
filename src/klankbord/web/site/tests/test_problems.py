import re

import pytest
from django.test import Client

TITLES = {
    "nl": ("Hier valt niets te openen", "Deze pagina stond te lang open", "Hier is niets te vinden"),
    "fr": ("Il n’y a rien à ouvrir ici", "Cette page est restée ouverte trop longtemps", "Il n’y a rien ici"),
    "de": ("Hier gibt es nichts zu öffnen", "Diese Seite war zu lange offen", "Hier ist nichts zu finden"),
    "en": ("There is nothing to open here", "This page was open too long", "There is nothing here"),
}


def heading(answer):
    return re.sub(r"<[^>]+>", "", answer.content.decode().split("<h1>")[1].split("</h1>")[0]).strip()


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "titles"), TITLES.items())
def test_a_problem_is_a_page_in_the_language_of_its_reader(language, titles):
    browser = Client(enforce_csrf_checks=True)
    browser.cookies["language"] = language
    answers = browser.get("/account/theme"), browser.post("/account/theme", {"theme": "dark"}), browser.get("/nowhere")
    assert [answer.status_code for answer in answers] == [405, 403, 404]
    assert tuple(map(heading, answers)) == titles
    assert answers[0].headers["Allow"] == "POST"
    assert b"DEBUG" not in answers[1].content
