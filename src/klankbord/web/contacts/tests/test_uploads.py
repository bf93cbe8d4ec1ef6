"""Files come in: looked at, brought in once, kept as extracts only, and a lake rebuilt from them is the same."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from klankbord.lake.engine import connect
from klankbord.web.contacts import extracts
from klankbord.web.contacts.actions import (
    bring_in_upload,
    correct_upload,
    discard_upload,
    erase_customer,
    receive_contacts,
    remove_contact,
    start_upload,
)
from klankbord.web.contacts.actions import uploads as handlers
from klankbord.web.contacts.models import Customer, Extract, Upload
from klankbord.web.contacts.projection import project, rebuild
from klankbord.web.contacts.uploaded import folder_of
from klankbord.web.kernel.access import the_product
from klankbord.web.kernel.jobs import Run, work
from klankbord.web.kernel.lakes import lake_of
from klankbord.web.kernel.models import Job, Organisation
from klankbord.web.people.actions import change_organisation

CALLS = """Call ID,Start,End,Queue,Team,Agent,Customer,Talk time
c1,2026-03-02 09:01,2026-03-02 09:11,Bills,Ghent,a1,K1,00:08:12
c2,2026-03-05 10:01,2026-03-05 10:11,Bills,Ghent,a2,K1,00:05:00
c3,2026-04-02 09:01,2026-04-02 09:11,Repairs,Namur,a1,K2,00:02:10
c4,2026-04-03 09:01,2026-04-03 08:11,Repairs,Namur,a1,K2,00:02:10
"""
ANSWERS = """response id,contact id,score,date,comment
r1,c1,9,2026-03-03 10:00,prima
r2,c3,2,2026-04-03 10:00,traag
"""


def uploaded(organisation: Organisation, *texts: str, name: str = "calls.csv") -> Upload:
    files = [SimpleUploadedFile(name, text.encode()) for text in texts]
    upload = start_upload(actor=the_product(organisation), files=files)
    return looked_at(organisation, upload)


def looked_at(organisation: Organisation, upload: Upload) -> Upload:
    handlers.look_at_upload(run(organisation), upload=upload.pk)
    upload.refresh_from_db()
    return upload


def run(organisation: Organisation) -> Run:
    return Run(Job(organisation=organisation, name="test"))


def bring_in(organisation: Organisation, upload: Upload) -> Upload:
    bring_in_upload(actor=the_product(organisation), upload=upload)
    handlers.import_upload(run(organisation), upload=upload.pk)
    upload.refresh_from_db()
    return upload


def rows(organisation: Organisation, table: str, *left_out: str) -> list[Any]:
    snapshot = lake_of(organisation).snapshot()
    without = ", ".join(("import_id", *left_out))
    with connect() as engine:
        engine.execute("set timezone = 'UTC'")
        return engine.execute(
            f"select to_json(r) from (select * exclude ({without}) from {snapshot.relation(table)}) r order by 1"  # noqa: S608
        ).fetchall()


def everything(organisation: Organisation) -> dict[str, list[Any]]:
    from klankbord.lake.schema import TABLES

    return {table: rows(organisation, table) for table in TABLES}


def test_file_is_looked_at_before_anything_is_brought_in(acting):
    upload = uploaded(acting, CALLS)
    assert upload.state == Upload.State.LOOKED_AT
    assert (upload.found["kind"], upload.found["read"], upload.found["kept"]) == ("contacts", 4, 3)
    assert [(drop["reason"], drop["rows"]) for drop in upload.found["dropped"]] == [("ends_before_start", [5])]
    assert upload.found["fields"]["queue"] == "Queue"
    assert "Talk time" in upload.found["headings"]
    assert rows(acting, "contacts") == []


def test_file_is_brought_in_and_only_an_extract_stays(acting, home):
    upload = bring_in(acting, uploaded(acting, CALLS))
    assert upload.state == Upload.State.BROUGHT_IN
    assert upload.report["tables"]["contacts"]["new"] == 3
    assert len(rows(acting, "contacts")) == 3
    assert not folder_of(upload).exists()
    extract = Extract.objects.get()
    assert (extract.table, extract.rows, extract.upload) == ("contacts", 3, upload)
    for path in home.files.rglob("*"):
        assert path.is_dir() or b"K1" not in path.read_bytes()
        assert path.stat().st_mode & 0o077 == 0


def test_import_that_was_killed_before_the_extract_is_made_whole(acting, monkeypatch):
    upload = uploaded(acting, CALLS)
    bring_in_upload(actor=the_product(acting), upload=upload)
    with monkeypatch.context() as broken:
        broken.setattr(handlers, "keep_extracts", _killed)
        with pytest.raises(KeyboardInterrupt):
            handlers.import_upload(run(acting), upload=upload.pk)
    assert len(rows(acting, "contacts")) == 3
    handlers.import_upload(run(acting), upload=upload.pk)
    assert sum(Extract.objects.values_list("rows", flat=True)) == 3
    assert len(rows(acting, "contacts")) == 3


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_same_file_twice_changes_nothing_and_is_known(acting):
    first = bring_in(acting, uploaded(acting, CALLS))
    again = bring_in(acting, uploaded(acting, CALLS))
    assert again.digest == first.digest
    assert again.report["tables"]["contacts"] == {"new": 0, "changed": 0, "unchanged": 3}
    assert Extract.objects.count() == 1


def test_unreadable_file_is_told_and_can_be_thrown_away(acting):
    upload = uploaded(acting, "a,b\n1,2\n")
    assert upload.state == Upload.State.UNREADABLE
    assert upload.problem["message"]
    assert upload.problem["hint"]
    folder = folder_of(upload)
    assert folder.exists()
    discard_upload(actor=the_product(acting), upload=upload)
    assert not folder.exists()
    assert not Upload.objects.exists()


def test_answers_without_any_date_are_refused_before_they_are_brought_in(acting):
    """A lake keeps everything by month: what cannot come in is no offer."""
    upload = uploaded(acting, "Score,Why\n9,good\n3,slow\n", name="answers.csv")
    assert upload.state == Upload.State.UNREADABLE
    assert "date" in upload.problem["message"]


def test_mapping_can_be_corrected(acting):
    text = "Call ID,Began,Skill\n1,2026-03-02 09:01,Bills\n"
    upload = uploaded(acting, text)
    correct_upload(
        actor=the_product(acting),
        upload=upload,
        said={"table": "contacts", "columns": {"started_at": "Began", "queue": "Skill"}, "keep": ["Call ID"]},
    )
    upload = looked_at(acting, upload)
    assert upload.found["fields"]["queue"] == "Skill"
    bring_in(acting, upload)
    assert '"queue":"Bills"' in rows(acting, "contacts")[0][0]


def test_name_of_a_file_leads_nowhere_else(acting, home):
    files = [SimpleUploadedFile("x", CALLS.encode()), SimpleUploadedFile("x", CALLS.encode())]
    files[0]._name, files[1]._name = "../../evil[*].csv", "evil.csv"
    upload = start_upload(actor=the_product(acting), files=files)
    assert all(path.parent == folder_of(upload) for path in folder_of(upload).iterdir())
    assert len(set(upload.names)) == 2
    assert not any("[" in name for name in upload.names)
    assert home.files in folder_of(upload).parents


@pytest.mark.parametrize(
    "attribution",
    [
        ("pseudonym", "agreed"),
        pytest.param(("team", ""), marks=pytest.mark.slow),
        pytest.param(("named", "agreed"), marks=pytest.mark.slow),
        pytest.param(("off", ""), marks=pytest.mark.slow),
    ],
    ids=lambda told: told[0],
)
def test_rebuilt_lake_is_equal_row_by_row(acting, attribution):
    acting.attribution, acting.attribution_reason = attribution
    acting.save()
    live(acting, live_row("c9", team="Lille", agent="a1", customer="K1", started_at="2026-03-04T09:00:00Z"))
    project(acting)
    bring_in(acting, uploaded(acting, CALLS))
    bring_in(acting, uploaded(acting, ANSWERS, name="answers.csv"))
    live(acting, live_row("c8", team="Lille", agent="a7", customer="K2", started_at="2026-04-02T12:00:00Z"))
    project(acting)
    before, key = everything(acting), lake_of(acting).key.fingerprint
    assert before["responses"]
    rebuild(acting)
    assert everything(acting) == before
    assert lake_of(acting).key.fingerprint == key
    assert lake_of(acting).settings.attribution == attribution[0]
    lake_folder = lake_of(acting).folder
    assert not list(lake_folder.parent.glob("rebuild-*"))


def test_lost_lake_comes_back(acting):
    import shutil

    live(acting, live_row("c9", team="Lille", customer="K1"))
    project(acting)
    bring_in(acting, uploaded(acting, CALLS))
    before = everything(acting)
    shutil.rmtree(lake_of(acting).folder)
    rebuild(acting)
    assert everything(acting) == before


def test_level_that_tells_less_reaches_lake_and_extracts(acting):
    acting.attribution, acting.attribution_reason = "named", "agreed"
    acting.save()
    bring_in(acting, uploaded(acting, CALLS))
    assert any('"agent":"a1"' in row for (row,) in rows(acting, "contacts"))
    acting.attribution = "team"
    acting.save()
    rebuild(acting)
    assert all('"agent":null' in row for (row,) in rows(acting, "contacts"))
    assert b"a1" not in _column(acting, "agent")
    assert Extract.objects.get().attribution == "team"


def _column(organisation: Organisation, name: str) -> bytes:
    (extract,) = extracts.extracts(organisation)
    with connect() as engine:
        return repr(engine.execute(f"select {name} from {extracts.relation(extract)}").fetchall()).encode()  # noqa: S608


def test_customer_who_is_erased_is_in_no_extract_and_stays_out(acting):
    from klankbord.lake.upkeep import erase

    bring_in(acting, uploaded(acting, CALLS))
    live(acting, live_row("c9", customer={"id": "K1", "email": "jan@voorbeeld.example"}), live_row("c8", customer="K2"))
    project(acting)
    pseudonym = lake_of(acting).key.pseudonym("K1")
    gone = erase_customer(the_product(acting), pseudonym)
    assert gone == {"contacts": 1, "customers": 1, "payloads": 1, "extracts": 2}
    erase(lake_of(acting), pseudonym)
    assert extracts.rows_in_extracts(acting, pseudonym) == 0
    assert not Customer.objects.filter(pseudonym=pseudonym).exists()
    live(acting, live_row("c9", customer={"id": "K1", "email": "jan@voorbeeld.example"}))
    rebuild(acting)
    assert all(pseudonym not in row for (row,) in rows(acting, "contacts"))
    assert sum(erase_customer(the_product(acting), pseudonym).values()) == 0


def test_contact_that_was_taken_out_does_not_come_back_with_an_extract(acting):
    bring_in(acting, uploaded(acting, CALLS.replace("Call ID", "external_id")))
    source = Path(rows_of_source(acting)).name
    receive_contacts(actor=the_product(acting), source=source, rows=[live_row("c1")])
    project(acting)
    remove_contact(actor=the_product(acting), source=source, external_id="c1")
    project(acting)
    rebuild(acting)
    assert all('"external_id":"c1"' not in row for (row,) in rows(acting, "contacts"))


def rows_of_source(organisation: Organisation) -> Any:
    with connect() as engine:
        snapshot = lake_of(organisation).snapshot()
        return engine.execute(f"select any_value(source) from {snapshot.relation('contacts')}").fetchall()[0][0]  # noqa: S608


def live(organisation: Organisation, *told: object) -> None:
    receive_contacts(actor=the_product(organisation), source="live", rows=list(told))


def live_row(number: str, **told: Any) -> dict[str, Any]:
    return {"external_id": number, "started_at": "2026-03-04T09:00:00Z", "channel": "phone"} | told


def days(organisation):
    rows = lake_of(organisation).snapshot().relation("contacts")
    return dict(connect().sql(f"from {rows} select external_id, day::varchar").fetchall())


def test_a_change_of_zone_reaches_what_is_in_the_lake(acting, actor, django_capture_on_commit_callbacks):
    midnight = {"external_id": "w1", "channel": "phone", "started_at": "2026-03-31T23:30:00Z"}
    told = {"actor": the_product(acting), "source": "web"}
    receive_contacts(**told, rows=[midnight])
    late = (
        "Call ID,Start,End,Queue,Team,Agent,Customer,Talk time\nf1,2026-03-02 23:30,2026-03-02 23:40,A,B,C,K1,00:01\n"
    )
    bring_in(acting, uploaded(acting, late))
    project(acting)
    assert days(acting) == {"w1": "2026-04-01", "f1": "2026-03-02"}
    with django_capture_on_commit_callbacks(execute=True):
        change_organisation(actor(), name=acting.name, zone="America/New_York", language="en")
    work(until_idle=True)
    assert days(acting) == {"w1": "2026-03-31", "f1": "2026-03-02"}
    assert lake_of(acting).settings.zone == "America/New_York"
    receive_contacts(**told, rows=[midnight | {"started_at": "2026-06-10T12:00:00Z"}])
    project(acting)
    assert days(acting) == {"w1": "2026-06-10", "f1": "2026-03-02"}
