"""Pages of files and webhooks: what each role gets, in four languages, with a number of queries that does not grow."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from klankbord.errors import KlankbordError
from klankbord.web.contacts.actions import make_intake, start_upload
from klankbord.web.contacts.actions import uploads as handlers
from klankbord.web.contacts.models import Intake, Payload, Upload
from klankbord.web.kernel.access import the_product
from klankbord.web.kernel.jobs import Run
from klankbord.web.kernel.models import Job
from klankbord.web.kernel.tenancy import acting_in

CALLS = b"""Call ID,Start,End,Queue,Talk time
c1,2026-03-02 09:01,2026-03-02 09:11,Bills,00:08:12
c2,2026-03-02 09:01,2026-03-02 08:11,Bills,00:08:12
"""
LISTS = ("bring-in", "bring-in/webhooks")


def file(content: bytes = CALLS, name: str = "calls.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "text/csv")


def work(organisation, upload, handler):
    with acting_in(organisation):
        handler(Run(Job(organisation=organisation, name="test")), upload=upload.pk)
        upload.refresh_from_db()


def uploads(organisation):
    with acting_in(organisation):
        return list(Upload.objects.all())


def test_file_is_brought_in_by_hand_from_choosing_to_the_report(browse, organisation):
    browser = browse("analyst")
    answer = browser.post("/o/noord/bring-in/new", {"files": [file()]}, follow=True)
    (upload,) = uploads(organisation)
    address = f"/o/noord/bring-in/{upload.pk}"
    assert answer.redirect_chain[-1][0] == address
    assert 'hx-trigger="every 2s"' in answer.content.decode()
    work(organisation, upload, handlers.look_at_upload)
    page = browser.get(address, headers={"Accept-Language": "en"}).content.decode()
    assert "Bring in 1 row" in page
    assert "The contact ends before it starts" in page
    assert "every 2s" not in page
    browser.post(f"{address}/bring-in")
    work(organisation, upload, handlers.import_upload)
    page = browser.get(address, headers={"Accept-Language": "en"}).content.decode()
    assert "1 row is in" in page
    assert "What became of the rows" in page


def test_part_for_the_browser_is_no_whole_page(browse, organisation):
    browser = browse("analyst")
    browser.post("/o/noord/bring-in/new", {"files": [file()]})
    (upload,) = uploads(organisation)
    part = browser.get(f"/o/noord/bring-in/{upload.pk}", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert 'id="upload"' in part


def test_mapping_is_corrected_on_a_form(browse, organisation):
    browser = browse("analyst")
    browser.post("/o/noord/bring-in/new", {"files": [file()]})
    (upload,) = uploads(organisation)
    work(organisation, upload, handlers.look_at_upload)
    address = f"/o/noord/bring-in/{upload.pk}/correct"
    assert "Queue" in browser.get(address).content.decode()
    wrong = browser.post(address, {"scale_low": "5"}, headers={"Accept-Language": "en"})
    assert "Give both ends of the scale" in wrong.content.decode()
    told = {"table": "contacts", "column_started_at": "Start", "column_external_id": "Call ID", "keep": ["Queue"]}
    assert browser.post(address, told).status_code == 302
    upload.refresh_from_db()
    assert upload.said["columns"] == {"started_at": "Start", "external_id": "Call ID"}
    work(organisation, upload, handlers.look_at_upload)
    assert upload.found["kept"] == 1


def test_nothing_or_too_many_is_told_at_the_field(browse, organisation):
    browser = browse("analyst")
    assert browser.post("/o/noord/bring-in/new", {}).status_code == 200
    many = browser.post(
        "/o/noord/bring-in/new", {"files": [file() for _ in range(21)]}, headers={"Accept-Language": "en"}
    )
    assert "Choose at most 20 files" in many.content.decode()
    assert not uploads(organisation)


def test_webhook_is_made_with_its_secret_shown_once(browse, organisation):
    browser = browse("owner")
    page = browser.post("/o/noord/bring-in/webhooks/new", {"name": "Zendesk", "scheme": "standard"}).content.decode()
    with acting_in(organisation):
        intake = Intake.objects.get()
    assert intake.secret in page
    assert f"/api/intake/{intake.public_id}" in page
    address = f"/o/noord/bring-in/webhooks/{intake.pk}"
    assert intake.secret not in browser.get(address).content.decode()
    rotated = browser.post(f"{address}/rotate").content.decode()
    assert intake.secret not in rotated
    browser.post(f"{address}/switch", {"on": "no"})
    intake.refresh_from_db()
    assert not intake.enabled
    short = browser.post("/o/noord/bring-in/webhooks/new", {"name": "x", "scheme": "token", "secret": "short"})
    assert "too short" in short.content.decode()


@pytest.mark.parametrize(
    ("role", "files", "webhooks"),
    [
        ("owner", 200, 200),
        ("analyst", 200, 403),
        ("privacy_officer", 403, 403),
        ("lead", 403, 403),
        ("agent", 403, 403),
        ("client_viewer", 403, 403),
    ],
)
def test_pages_open_to_those_who_bring_in_only(browse, role, files, webhooks):
    browser = browse(role)
    assert [browser.get(f"/o/noord/{path}").status_code for path in LISTS] == [files, webhooks]
    assert browser.post("/o/noord/bring-in/new", {"files": [file()]}).status_code in {302, 403}
    assert browser.post("/o/noord/bring-in/webhooks/new", {"name": "x", "scheme": "standard"}).status_code == webhooks


def test_uploads_of_others_are_not_there(browse, elsewhere):
    with acting_in(elsewhere):
        upload = start_upload(actor=the_product(elsewhere), files=[file()])
        intake, _ = make_intake(actor=the_product(elsewhere), name="their secret system", scheme="standard")
    browser = browse("owner")
    assert "calls.csv" not in browser.get("/o/noord/bring-in").content.decode()
    assert "their secret" not in browser.get("/o/noord/bring-in/webhooks").content.decode()
    for path in (f"{upload.pk}", f"{upload.pk}/correct", f"webhooks/{intake.pk}"):
        assert browser.get(f"/o/noord/bring-in/{path}").status_code == 404
    for path in (f"{upload.pk}/bring-in", f"{upload.pk}/discard", f"webhooks/{intake.pk}/rotate"):
        assert browser.post(f"/o/noord/bring-in/{path}").status_code == 404


@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
def test_every_page_speaks_every_language(browse, organisation, language):
    browser = browse("owner")
    browser.post("/o/noord/bring-in/new", {"files": [file()]})
    (upload,) = uploads(organisation)
    with acting_in(organisation):
        intake, _ = make_intake(actor=the_product(organisation), name="CRM", scheme="token")
        Payload.objects.create(
            intake=intake,
            state="unreadable",
            content=b"",
            problem=KlankbordError("odd").to_dict(),
            received_at=upload.created_at,
        )
    work(organisation, upload, handlers.look_at_upload)
    paths = (
        "",
        "/new",
        f"/{upload.pk}",
        f"/{upload.pk}/correct",
        "/webhooks",
        "/webhooks/new",
        f"/webhooks/{intake.pk}",
    )
    for path in paths:
        answer = browser.get(f"/o/noord/bring-in{path}", headers={"Accept-Language": language})
        assert answer.status_code == 200
        assert f'lang="{language}"' in answer.content.decode()


@pytest.mark.parametrize("path", LISTS)
def test_three_rows_cost_as_many_queries_as_one(browse, organisation, django_assert_max_num_queries, path):
    browser = browse("owner")
    browser.get(f"/o/noord/{path}")  # the first one also begins the session
    counts = []
    for _ in range(3):
        with acting_in(organisation):
            start_upload(actor=the_product(organisation), files=[file()])
            make_intake(actor=the_product(organisation), name="CRM", scheme="token")
        with django_assert_max_num_queries(12) as queries:
            assert browser.get(f"/o/noord/{path}").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[-1]
