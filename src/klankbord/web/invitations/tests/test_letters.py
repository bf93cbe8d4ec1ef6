"""What a letter is made of: a logo that it carries, tables that any mail program lays out, links that stand alone."""

import re
import struct
import zlib
from dataclasses import replace
from datetime import date, timedelta
from html.parser import HTMLParser

import pytest
from django.utils import timezone

from klankbord.web.invitations import actions
from klankbord.web.invitations.letters import From, Links, written
from klankbord.web.invitations.models import Invitation
from klankbord.web.surveys.actions import keep_logo
from klankbord.web.surveys.library import STARTING_POINTS, starting_point
from klankbord.web.surveys.models import Version


def picture(width, height):
    """Return a PNG of one colour."""
    rows = b"".join(b"\0" + b"\x1f\x55\x91" * width for _ in range(height))
    parts = ((b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)), (b"IDAT", zlib.compress(rows)))
    told = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in (*parts, (b"IEND", b""))
    )
    return b"\x89PNG\r\n\x1a\n" + told


class _Parts(HTMLParser):
    """The elements of a letter, with what each says of itself."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def of(self, tag):
        return [told for found, told in self.found if found == tag]


@pytest.fixture
def arrived(survey, rule, came, acting, actor, mailbox):
    """Have a customer asked by a survey with a logo, over a real mail server, and return what arrived."""

    def asked(content):
        logo = keep_logo(actor=actor("owner"), content=content)
        told = survey.current.content | {"branding": {"accent": "#8a1f55", "accent_dark": "", "logo": logo.public_id}}
        Version.objects.create(survey=survey, number=2, content=told, published_at=timezone.now())
        rule()
        came(at=timezone.now() - timedelta(minutes=1))
        actions.plan_contacts(acting)
        assert actions.send_due(acting) == 1
        (letter,) = mailbox.letters
        return letter

    return asked


def test_a_logo_travels_in_the_letter_and_is_fetched_from_nowhere(arrived):
    logo = picture(400, 100)
    letter = arrived(logo)
    assert letter.get_content_type() == "multipart/related"
    inner, image = letter.iter_parts()
    assert [part.get_content_type() for part in inner.iter_parts()] == ["text/plain", "text/html"]
    assert (image.get_content_type(), image.get_content_disposition()) == ("image/png", "inline")
    assert image.get_content() == logo
    html = letter.get_body(("html",)).get_content()
    (shown,) = _Parts(html).of("img")
    assert shown["src"] == f"cid:{image['Content-ID'].strip('<>')}"
    assert (shown["alt"], shown["width"], shown["height"]) == ("Halder", "176", "44")
    assert not re.search(r"""(src|background)=["']?http|url\(""", html)
    one = Invitation.objects.get()
    assert one.public_id not in image["Content-ID"], "a picture says nothing of whom it was sent to"
    assert "Halder" in letter.get_body(("plain",)).get_content()


@pytest.mark.parametrize(("size", "shown"), [((40, 20), (40, 20)), ((100, 1000), (6, 56)), ((1000, 1), (176, 1))])
def test_a_logo_keeps_its_form_and_is_not_made_larger(arrived, size, shown):
    html = arrived(picture(*size)).get_body(("html",)).get_content()
    (found,) = _Parts(html).of("img")
    assert (int(found["width"]), int(found["height"])) == shown


@pytest.mark.parametrize("kind", STARTING_POINTS)
@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
def test_any_mail_program_can_lay_a_letter_out(kind, language):
    asked = starting_point(kind, brand="Halder & Co").in_language(language)
    asked = replace(asked, privacy_url="https://halder.example/privacy")
    base = "https://vraag.halder.example/s/abc/"
    links = Links(
        page=base,
        scores=tuple((score, f"{base}{score}/") for score in asked.scale),
        stop=f"{base}stop/",
        honeypot=f"{base}more/",
    )
    letter = written(asked, links, to="an@noord.example", sender=From(name="Halder", address="vraag@halder.example"))
    html, parts = letter.html, _Parts(letter.html)
    # Outlook lays out with Word: tables and attributes, and none of what came to CSS after 2007.
    assert not re.search(r"flex|grid|float:|position:|calc\(|var\(|margin-inline|padding-inline", html)
    assert all(told.get("role") == "presentation" for told in parts.of("table"))
    assert "<!--[if mso]>" in html
    coloured = [told for _, told in parts.found if "background-color" in told.get("style", "")]
    assert coloured
    assert all(told["bgcolor"] in told["style"] for told in coloured)
    # Mailboxes take away the head, and with it the language.
    assert [told["lang"] for _, told in parts.found if "lang" in told] == [language, language]
    assert 'name="color-scheme" content="light dark"' in html
    widths = [told["width"] for told in parts.of("td") if told.get("width", "").endswith("%")]
    assert all(width.removesuffix("%").isdigit() for width in widths)
    # What stands after the subject in a list of mail is the question.
    text = re.sub(r"<!--.*?-->|<style>.*?</style>|<head>.*?</head>|<[^>]+>", " ", html, flags=re.DOTALL).split()
    assert " ".join(text).startswith(" ".join(asked.question.replace("&", "&amp;").split()))
    # Without any style it is a list of links, each named by its score.
    bare = re.sub(r"<style>.*?</style>|<!--.*?-->", "", html, flags=re.DOTALL)
    named = dict(re.findall(r'<a href="([^"]+)"[^>]*>([^<]+)</a>', bare))
    assert [named[url] for _, url in links.scores] == [str(score) for score in asked.scale]
    assert len(html.encode()) < 100_000, "Gmail cuts off what is longer than 102 kB"


def _specimen(kind, language, *, mode="research", is_reminder=False):
    asked = starting_point(kind, brand="Halder", mode=mode).in_language(language)
    base = "https://vraag.halder.example/s/abc/"
    links = Links(page=base, scores=(), stop=f"{base}stop/", honeypot=f"{base}more/")
    sender = From(name="Halder", address="vraag@halder.example")
    return written(asked, links, to="an@noord.example", sender=sender, on=date(2026, 3, 2), is_reminder=is_reminder)


_CONTACT = re.compile(
    r"contact|kontakt|in touch|spoke|gesproken|gesprochen|parlé|helped|geholpen|geholfen", re.IGNORECASE
)
_WORK = {
    "nl": r"u bij Halder werkt|uw werk bij Halder|U werkt bij Halder",
    "fr": r"votre travail chez Halder|[Vv]ous travaillez chez Halder",
    "de": r"Ihrer Arbeit bei Halder|Sie bei Halder arbeiten|Sie arbeiten bei Halder",
    "en": r"working at Halder|you work at Halder|You work at Halder",
}


@pytest.mark.parametrize("language", _WORK)
@pytest.mark.parametrize("mode", ["research", "service"])
@pytest.mark.parametrize("is_reminder", [False, True])
def test_a_letter_to_employees_speaks_of_their_work_and_of_no_contact(language, mode, is_reminder):
    letter = _specimen("enps", language, mode=mode, is_reminder=is_reminder)
    body = letter.html[letter.html.index("<body") :]
    for said in (letter.subject, letter.text, body):
        assert re.search(_WORK[language], said)
        assert not _CONTACT.search(re.sub(r"<[^>]+>", " ", said))


@pytest.mark.parametrize("kind", [kind for kind in STARTING_POINTS if kind != "enps"])
@pytest.mark.parametrize("language", _WORK)
@pytest.mark.parametrize("is_reminder", [False, True])
def test_a_letter_to_customers_speaks_of_their_contact(kind, language, is_reminder):
    letter = _specimen(kind, language, is_reminder=is_reminder)
    for said in (letter.subject, letter.text, letter.html):
        assert _CONTACT.search(said)
        assert not re.search(_WORK[language], said)
