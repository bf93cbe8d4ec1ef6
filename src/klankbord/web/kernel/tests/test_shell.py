import re
from hashlib import sha256
from pathlib import Path

import pytest
from django.template import Context, Template
from django.template.loader import get_template, render_to_string
from django.utils.translation import override

import klankbord.web.kernel
from klankbord.errors import KlankbordError

KERNEL = Path(klankbord.web.kernel.__path__[0])
STATIC = KERNEL / "static" / "klankbord"
WEB = KERNEL.parent


@pytest.mark.parametrize("code", ["400", "403", "403_csrf", "404", "405", "500"])
def test_an_error_page_needs_no_context(code):
    with override("nl"):
        page = get_template(f"{code}.html").render()
    assert re.search(r"<h1>\s*\w", page)
    assert '<html lang="nl"' in page


def test_an_error_of_ours_is_told_with_what_to_do():
    page = render_to_string("403.html", {"error": KlankbordError("You may not", hint="ask an owner")})
    assert "You may not" in page
    assert "ask an owner" in page


@pytest.mark.parametrize(("theme", "attribute"), [("dark", ' data-theme="dark"'), ("auto", ""), ('"><script>', "")])
def test_a_theme_is_an_attribute_of_the_page(theme, attribute):
    with override("de"):
        page = render_to_string("page.html", {"theme": theme})
    assert f'<html lang="de"{attribute}>' in page


def test_a_page_is_whole_without_anybody_acting():
    page = render_to_string("page.html", {})
    assert 'id="main"' in page
    assert '<form method="post"' not in page


def test_the_navigation_marks_where_one_is():
    entries = [
        {"label": "Overview", "url": "/a", "current": True},
        {"label": "Contacts", "url": "/b", "current": False},
    ]
    page = render_to_string("page.html", {"navigation": [{"label": "Insight", "entries": entries}]})
    # Once beside the page and once in the menu of a narrow screen; only one of them is ever visible.
    assert page.count('<a href="/a" aria-current="page">Overview</a>') == 2
    assert page.count('<a href="/b">Contacts</a>') == 2


def test_every_icon_that_is_used_exists():
    drawn = set(re.findall(r'<symbol id="(\w+)"', (STATIC / "icons.svg").read_text(encoding="utf-8")))
    used = {
        name
        for path in WEB.rglob("*.html")
        for name in re.findall(r'{% icon "(\w+)" %}', path.read_text(encoding="utf-8"))
    }
    assert used
    assert used <= drawn


def test_an_icon_is_silent():
    assert 'aria-hidden="true"' in Template('{% load interface %}{% icon "search" %}').render(Context())


def test_the_styles_stay_small_and_hold_colours_in_one_place():
    sheets = {path.name: path.read_text(encoding="utf-8") for path in (STATIC / "css").glob("*.css")}
    assert sum(len(sheet.encode()) for sheet in sheets.values()) <= 40_000
    coloured = {name for name, sheet in sheets.items() if re.search(r"(?<!=\")#[0-9a-f]{3,8}\b", sheet)}
    assert coloured == {"tokens.css"}


def test_every_style_sheet_has_its_layer():
    entry = (STATIC / "css" / "klankbord.css").read_text(encoding="utf-8")
    imported = set(re.findall(r'@import "([\w-]+\.css)" layer\(\w+\);', entry))
    assert imported | {"klankbord.css"} == {path.name for path in (STATIC / "css").glob("*.css")}


def test_htmx_is_the_file_that_was_published():
    folder = STATIC / "vendor" / "htmx"
    assert sha256((folder / "htmx.min.js").read_bytes()).hexdigest() in (folder / "VERSION").read_text(encoding="utf-8")


def test_who_is_refused_a_page_still_has_the_menu(browse):
    browser = browse("lead", teams=["G1"])
    for path, status in (("audit", 403), ("nothing-here", 404), ("webhooks/7", 403)):
        page = browser.get(f"/o/noord/{path}")
        assert page.status_code == status
        assert ('href="/o/noord/contacts"' in page.content.decode()) == (status == 403)


def test_what_is_not_there_for_a_member_still_has_the_menu(browse):
    page = browse().get("/o/noord/webhooks/7")
    assert page.status_code == 404
    assert 'href="/o/noord/contacts"' in page.content.decode()
