"""On a phone: rows that can be looked through, and what is tapped is large enough for a thumb."""

import pytest

TARGET = 44
_SMALL = """target => [...document.querySelectorAll('main :is(button, select, summary, input), .tabs a, .breadcrumb a')]
    .filter(one => one.type !== 'hidden' && one.checkVisibility() && !one.closest('.visually-hidden, .switch, label'))
    .filter(one => one.getBoundingClientRect().height < target - 1)
    .map(one => one.outerHTML.slice(0, 120))"""
_ROWS = "rows => rows.map(row => row.getBoundingClientRect().height)"
LISTS = {
    "contacts": 130,
    "asking/rules": 130,
    "asking/invitations": 130,
    "asking/blocks": 130,
    "answers": 130,
    "audit": 150,
    "people": 140,  # its one button is 44 high
    "jobs?state=done": 130,
    "outbox": 130,
    "surveys": 150,
    "bring-in": 130,
    "centre": 130,
}


@pytest.fixture
def phone(chromium, demo):
    context = chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, locale="nl")
    page = context.new_page()
    page.goto(demo.url)
    yield page
    context.close()


@pytest.fixture
def blocked(phone, demo):
    """Somebody who is not to be asked, so that their list holds a row."""
    phone.goto(f"{demo.url}/o/demo/asking/blocks/new")
    phone.get_by_label("Klant").fill("niet.vragen@example.org")
    phone.get_by_label("Waarom").select_option("complained")
    phone.get_by_role("button", name="Blokkeren").click()
    phone.wait_for_url("**/asking/blocks")


@pytest.mark.usefixtures("blocked")
@pytest.mark.parametrize(("place", "height"), LISTS.items(), ids=LISTS)
def test_a_list_is_looked_through_by_thumb(phone, demo, place, height):
    phone.goto(f"{demo.url}/o/demo/{place}")
    assert not phone.evaluate(_SMALL, TARGET)
    rows = phone.locator("main table.stacks tbody tr").evaluate_all(_ROWS)
    assert not rows or sorted(rows)[len(rows) // 2] <= height


def test_a_row_leads_wherever_it_is_tapped(phone, demo):
    phone.goto(f"{demo.url}/o/demo/contacts")
    row = phone.locator("main tbody tr").nth(2)
    box = row.bounding_box()
    phone.touchscreen.tap(box["x"] + box["width"] - 40, box["y"] + box["height"] - 12)
    phone.wait_for_url("**/contacts/story/**")
