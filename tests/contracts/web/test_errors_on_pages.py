"""What goes wrong is said on pages in the reader's language: no sentence of the library stays in English."""

import ast
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from klankbord.errors import KlankbordError
from klankbord.reports.wording import LANGUAGES
from klankbord.web.contacts.actions import uploads as handlers
from klankbord.web.contacts.models import Upload
from klankbord.web.kernel.jobs import Run
from klankbord.web.kernel.models import Job
from klankbord.web.kernel.tenancy import acting_in
from klankbord.web.kernel.wording import in_words, wording

WEB = Path("src/klankbord/web")
_ENGLISH = re.compile(r"\b(?:the|there|this|and|with|write|cannot|holds|did|mean|columns|name it)\b", re.IGNORECASE)
QUESTIONS = (
    "words=nsp by team",
    "words=nps by",
    "words=nps by quue",
    "words=nps in yesteryear",
    "words=nps where channel=foon",
    "words=nps per wek",
    "words=nps compare previous",
    "measure=nps&measure=csat",
    "measure=nps&colour=blue",
)
FILES = {
    "answers.pdf": b"%PDF-1.7 \xff\xfe",
    "answers.json": b'{"answers": [1, 2',
    "answers.csv": b"name,colour\nan,blue\nbo,red\n",
    "answers.zip": b"PK\x03\x04 cut off",
    "scores.csv": b"response id,score,date\nr1,fine,2026-03-03\nr2,bad,2026-03-04\n",
}


@pytest.fixture(autouse=True)
def static_files(settings, tmp_path):
    """A folder of static files, which the server of static files looks for."""
    settings.STATIC_ROOT = tmp_path


@pytest.fixture
def speak(browse):
    def in_language(language, role):
        browser = browse(role)
        browser.cookies["language"] = language
        return browser

    return in_language


def english_in(html: str) -> set[str]:
    body = html[html.index("<main") : html.index("</main>")]
    return {word.lower() for word in _ENGLISH.findall(unescape(re.sub(r"<[^>]+>|<code>.*?</code>", " ", body)))}


@pytest.mark.parametrize("language", ["nl", "fr", "de"])
@pytest.mark.parametrize("asked", QUESTIONS)
def test_a_malformed_question_is_refused_in_the_language_of_the_page(speak, asked, language):
    answer = speak(language, "owner").get(f"/o/noord/question?{quote(asked, safe='=&')}")
    html = answer.content.decode()
    assert answer.status_code == 400
    assert f'lang="{language}"' in html
    assert 'class="notice problem"' in html
    assert english_in(html) == set()


@pytest.mark.parametrize("language", ["nl", "fr", "de"])
@pytest.mark.parametrize("name", FILES)
def test_a_bad_file_is_refused_in_the_language_of_the_page(speak, organisation, name, language):
    browser = speak(language, "analyst")
    browser.post("/o/noord/bring-in/new", {"files": [SimpleUploadedFile(name, FILES[name])]})
    with acting_in(organisation):
        upload = Upload.objects.get()
        handlers.look_at_upload(Run(Job(organisation=organisation, name="test")), upload=upload.pk)
        upload.refresh_from_db()
    assert upload.state == "unreadable"
    html = browser.get(f"/o/noord/bring-in/{upload.pk}").content.decode()
    with translation.override(language):
        said = in_words(KlankbordError.of_dict(upload.problem))
    assert said.message in unescape(html)
    assert said.hint in unescape(html)
    assert upload.problem["message"] not in unescape(html)
    assert english_in(html) == set()


def test_a_report_of_drops_is_in_the_language_of_the_page(speak, organisation):
    browser = speak("nl", "analyst")
    calls = (
        b"Call ID,Start,End,Queue,Talk time\nc1,2026-03-02 09:01,2026-03-02 09:11,B,00:08:12\nc2,x,x,B,1\n"
        b"c3,2026-03-02 09:01,2026-03-02 08:01,B,1\n"
    )
    browser.post("/o/noord/bring-in/new", {"files": [SimpleUploadedFile("calls.csv", calls)]})
    with acting_in(organisation):
        upload = Upload.objects.get()
        handlers.look_at_upload(Run(Job(organisation=organisation, name="test")), upload=upload.pk)
        upload.refresh_from_db()
    assert upload.found["dropped"]
    html = browser.get(f"/o/noord/bring-in/{upload.pk}").content.decode()
    assert english_in(html) == set()


def cases() -> Iterator[str]:
    for path in (path for path in WEB.rglob("*.py") if "tests" not in path.parts):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call):
                named = {word.arg: word.value for word in call.keywords}
                if isinstance(case := named.get("case"), ast.Constant) and case.value:
                    yield str(case.value)


@pytest.mark.parametrize("case", sorted(set(cases())))
def test_an_error_of_a_room_has_words_in_every_language(case):
    room, _, name = case.rpartition(".")
    for language in LANGUAGES:
        with translation.override(language):
            told = wording().table(f"{room}.errors.{name}" if room else f"errors.{name}")
            assert set(told) == {"message", "hint"}
