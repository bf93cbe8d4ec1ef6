"""The widget in pages of somebody else: on a site that may show it, under a strict policy, and on one that may not."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from tests.journeys.web.test_surveys import own_survey


class _Site(ThreadingHTTPServer):
    """A site with one page, whose policy lets in nothing but what it names."""

    page, policy = "", ""


class _Page(BaseHTTPRequestHandler):
    def do_GET(self):
        body = self.server.page.encode()
        self.send_response(200 if self.path == "/" else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", self.server.policy)
        self.end_headers()
        self.wfile.write(body if self.path == "/" else b"")

    def log_message(self, *_):
        pass


@contextmanager
def site():
    """Run a site on an origin of its own: another host and another port."""
    server = _Site(("127.0.0.1", 0), _Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server, f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def widget(page, demo):
    """A published survey of this test's own: hand it out to a site, and get what the site is to put into its page."""

    def handed_out(name, origin):
        survey = own_survey(page, demo, name)
        page.goto(f"{survey}/publish")
        page.get_by_role("button", name="Publish", exact=True).click()
        page.goto(f"{survey}/distribution")
        page.get_by_label("Anybody who has the link").check()
        page.get_by_label("Sites that may show it").fill(origin)
        page.get_by_role("button", name="Save", exact=True).click()
        return page.locator("#widget").inner_text(), page.locator("#frame").inner_text()

    return handed_out


def policy_for(demo):
    return f"default-src 'none'; base-uri 'none'; script-src {demo.url}; frame-src {demo.url}"


def host_page(*snippets):
    words = "<p>What did you think of us?</p>" * 3
    return (
        f"<!doctype html><html lang=en><title>Shop</title><h1>Shop</h1>{words}{''.join(snippets)}<footer>End</footer>"
    )


def wait_for_fit(tab, frame):
    """Wait until the frame is as high as what it shows, neither cut off nor with room to spare."""
    inside = frame.content_frame()
    tab.wait_for_function("frame => frame.height !== '640'", arg=frame)
    for _ in range(50):
        body = inside.evaluate("document.body?.getBoundingClientRect().height ?? 0")
        if abs(float(frame.get_attribute("height")) - body) <= 1:
            break
        tab.wait_for_timeout(50)
    assert abs(float(frame.get_attribute("height")) - body) <= 1
    inside.wait_for_function("document.documentElement.scrollHeight <= innerHeight + 1")


@pytest.mark.parametrize("width", [390, 1280])
def test_an_answer_is_given_in_a_page_of_somebody_else_and_counted(chromium, page, demo, widget, width):
    with site() as (server, origin):
        snippet, _ = widget(f"Widget {width}", origin)
        server.page, server.policy = host_page(snippet, snippet), policy_for(demo)
        somebody = chromium.new_context(viewport={"width": width, "height": 900}, locale="en-GB")
        tab = somebody.new_page()
        complaints = []
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        tab.goto(origin)
        assert tab.locator("iframe").count() == 2, "a page may show it more than once"
        frame = tab.locator("iframe").first.element_handle()
        assert frame.get_attribute("title") == "Halder Telecom"
        inside = tab.frame_locator("iframe").first
        inside.get_by_role("radio", name="9", exact=True).check(force=True)
        wait_for_fit(tab, frame)
        tab.wait_for_timeout(700)  # nobody reads faster than half a second
        inside.get_by_role("button", name="Send").click()
        inside.get_by_role("textbox").fill("From your own page")
        wait_for_fit(tab, frame)
        tab.wait_for_timeout(700)
        inside.get_by_role("button", name="Send").click()
        inside.get_by_role("heading", name="Thank you").wait_for()
        wait_for_fit(tab, frame)
        assert tab.url == f"{origin}/", "answering leads out of no page"
        assert tab.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        assert not complaints
        assert not somebody.cookies()
        somebody.close()
    page.goto(f"{demo.url}/o/demo/answers")
    line = page.locator("main tbody tr", has_text=f"Widget {width}").inner_text()
    assert line.count("Widget") == 2, "its name, and its channel"
    assert "From your own page" in line
    assert "Counts" in line


def test_a_site_that_is_not_named_shows_nothing(chromium, demo, widget):
    with site() as (_, named), site() as (other, origin):
        snippet, framed = widget("Not named", named)
        other.page, other.policy = host_page(snippet, framed), policy_for(demo)
        somebody = chromium.new_context()
        tab = somebody.new_page()
        refused = []
        tab.on("console", lambda said: refused.append(said.text) if said.type == "error" else None)
        tab.goto(origin)
        tab.wait_for_timeout(500)
        assert tab.locator("iframe").count() == 2
        for frame in tab.frames[1:]:
            assert not frame.url.startswith(demo.url), frame.url
        assert sum("frame-ancestors" in said for said in refused) == 2, refused
        somebody.close()


def test_a_survey_that_ended_says_so_where_it_is_still_shown(chromium, page, demo, widget):
    with site() as (server, origin):
        snippet, _ = widget("Ended", origin)
        server.page, server.policy = host_page(snippet), policy_for(demo)
        page.get_by_label("Anybody who has the link").uncheck()
        page.get_by_role("button", name="Save", exact=True).click()
        somebody = chromium.new_context(locale="nl")
        tab = somebody.new_page()
        tab.goto(origin)
        tab.frame_locator("iframe").get_by_role("heading", name="Deze vraag is gesloten").wait_for()
        somebody.close()
