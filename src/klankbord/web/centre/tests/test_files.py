from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from klankbord.errors import FileError
from klankbord.web.centre import tables
from klankbord.web.centre.actions import bring_in, hold_file, try_file
from klankbord.web.centre.kinds import KINDS
from klankbord.web.centre.models import Agent, BroughtFile, Queue, Team, TeamSpell
from klankbord.web.centre.tables import read_units
from klankbord.web.kernel.access import ForbiddenError

pytestmark = pytest.mark.usefixtures("acting")


def sent(text, name="units.csv"):
    return SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text)


def workbook(*rows):
    memory = BytesIO()
    book = xlsxwriter.Workbook(memory, {"in_memory": True, "default_date_format": "dd/mm/yyyy"})
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return memory.getvalue()


@pytest.mark.parametrize(
    "heading",
    [
        "code;name;team;starts_on;ends_on",
        "Personeelsnummer;Naam;Team;Vanaf;Tot en met",
        "Matricule;Nom;Équipe;Du;Au",
        "Personalnummer;Name;Team;Ab;Bis",
    ],
)
def test_agents_are_read_under_the_headings_of_four_languages(heading):
    found = read_units(sent(f"{heading}\n12;Ann Maes;G1;01/03/2026;31/03/2026\n13;Bea;;;\n"), KINDS["agent"])
    assert [(row.number, dict(row.values)) for row in found.rows] == [
        (2, {"code": "12", "name": "Ann Maes", "team": "G1", "starts_on": "2026-03-01", "ends_on": "2026-03-31"}),
        (3, {"code": "13", "name": "Bea"}),
    ]
    assert (found.unread, found.broken) == ((), ())


def test_workbook_with_real_dates_is_read():
    data = workbook(
        ["Medewerker", "Naam", "Team", "Sinds", "Schoenmaat"],
        [1204, "Ann", "G1", datetime(2026, 3, 1), 38],  # noqa: DTZ001  cells of a workbook have no zone
    )
    found = read_units(sent(data, "agents.xlsx"), KINDS["agent"])
    assert dict(found.rows[0].values) == {"code": "1204", "name": "Ann", "team": "G1", "starts_on": "2026-03-01"}
    assert found.unread == ("Schoenmaat",)


def test_word_for_the_kind_heads_its_codes_and_another_kind_is_a_reference():
    found = read_units(sent("Team,Naam,Vestiging\nG1,Gent,ghent\n"), KINDS["team"])
    assert dict(found.rows[0].values) == {"code": "G1", "name": "Gent", "site": "ghent"}


def test_day_that_can_be_read_two_ways_is_told():
    found = read_units(sent("code,team,from\na,G1,01/02/2026\n"), KINDS["agent"])
    assert found.rows[0].values["starts_on"] == "2026-02-01"
    assert [notice.code for notice in found.notices] == ["day_or_month"]


@pytest.mark.parametrize(
    ("text", "name", "message"),
    [
        ("colour,size\nred,1\n", "units.csv", "no column with codes"),
        ("", "units.csv", "is empty"),
        ('[{"code": "a"}]', "units.json", "no table of units"),
        ("%PDF-1.7 and so on", "units.pdf", "is a PDF"),
    ],
)
def test_file_that_is_no_table_of_units_is_refused(text, name, message):
    with pytest.raises(FileError, match=message):
        read_units(sent(text, name), KINDS["team"])


def test_file_with_too_many_rows_is_refused(monkeypatch):
    monkeypatch.setattr(tables, "MOST_ROWS", 2)
    with pytest.raises(FileError, match="more than 2 rows"):
        read_units(sent("code\na\nb\nc\n"), KINDS["team"])


def test_name_of_a_file_leads_nowhere_else():
    found = read_units(sent("code\na\n", "../../etc/units.csv"), KINDS["team"])
    assert [row.values["code"] for row in found.rows] == ["a"]


def test_file_is_tried_and_then_brought_in(actor, put):
    put("client", {"code": "HAL"})
    text = (
        "code,name,client,kanaal,drempel\nq1,Billing,HAL,Telefoon,20\nq2,Moves,HALL,chat,20\nq3,Moves,HAL,chat,soon\n"
    )
    text += 'q4,Other,HAL,chat,"20",too,many\n'
    held = hold_file(actor(), kind=KINDS["queue"], reading=read_units(sent(text), KINDS["queue"]))
    tried = try_file(actor(), file=held)
    assert [(one.row, one.code) for one in tried.problems] == [
        (3, "unknown_unit"),
        (4, "not_seconds"),
        (5, "broken_row"),
    ]
    assert not Queue.objects.exists()
    assert bring_in(actor(), file=held) == tried
    queue = Queue.objects.get()
    assert (queue.name, queue.client.code, queue.channel, queue.threshold_s) == ("Billing", "HAL", "phone", 20)
    assert not BroughtFile.objects.exists()


def test_bringing_in_stops_halfway_and_nothing_is_written(actor, put):
    put("team", {"code": "G1"})
    reading = read_units(sent("code,team,from\nann,G1,2026-03-01\n"), KINDS["agent"])
    held = hold_file(actor(), kind=KINDS["agent"], reading=reading)

    def break_off(execute, sql, params, many, context):
        if "kernel_auditentry" in sql:
            raise ConnectionError
        return execute(sql, params, many, context)

    with connection.execute_wrapper(break_off), pytest.raises(ConnectionError):
        bring_in(actor(), file=held)
    assert not Agent.objects.exists()
    assert not TeamSpell.objects.exists()
    assert BroughtFile.objects.exists()


def test_bringing_in_the_same_file_twice_changes_nothing(actor, put):
    put("team", {"code": "G1"}, {"code": "G2"})
    text = "code,name,team,from,until\nann,Ann,G1,2025-01-01,2025-12-31\nann,Ann,G2,2026-01-01,\n"
    for expected in ({"new": 1, "changed": 1}, {"unchanged": 2}):
        held = hold_file(actor(), kind=KINDS["agent"], reading=read_units(sent(text), KINDS["agent"]))
        brought = bring_in(actor(), file=held)
        assert {verdict: n for verdict in ("new", "changed", "unchanged") if (n := brought.count(verdict))} == expected
    assert [spell.starts_on for spell in TeamSpell.objects.all()] == [date(2026, 1, 1), date(2025, 1, 1)]


def test_file_is_kept_encrypted_and_a_day_at_most(actor):
    reading = read_units(sent("code,name\nann,Ann Peeters\n"), KINDS["agent"])
    held = hold_file(actor(), kind=KINDS["agent"], reading=reading)
    raw = BroughtFile.objects.extra(select={"stored": "reading"}).values_list("stored").get()[0]
    assert b"Peeters" not in bytes(raw)
    BroughtFile.objects.update(created_at=timezone.now() - timedelta(days=2))
    hold_file(actor(), kind=KINDS["agent"], reading=reading)
    assert BroughtFile.objects.filter(pk=held.pk).count() == 0
    assert BroughtFile.objects.count() == 1
    assert BroughtFile.objects.get().created_at > datetime(2020, 1, 1, tzinfo=UTC)


def test_only_keepers_bring_in_files(actor):
    reading = read_units(sent("code\nG1\n"), KINDS["team"])
    held = hold_file(actor("analyst"), kind=KINDS["team"], reading=reading)
    for attempt in (hold_file, try_file, bring_in):
        with pytest.raises(ForbiddenError):
            attempt(
                actor("lead"),
                **({"file": held} if attempt is not hold_file else {"kind": KINDS["team"], "reading": reading}),
            )
    assert not Team.objects.exists()
