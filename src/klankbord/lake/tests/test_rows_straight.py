"""Rows straight in: the same road as files, once, in one write, and only what changes is written."""

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from klankbord.errors import ColumnError, DataError, OptionError
from klankbord.lake import Lake, Settings, bring_rows, forget_rows, import_files
from klankbord.lake.engine import connect
from klankbord.lake.importing import ASKED_HERE
from klankbord.lake.upkeep import erase, verify

MARCH = datetime(2026, 3, 10, 9, tzinfo=UTC)


@pytest.fixture
def lake(tmp_path):
    settings = Settings(zone="Europe/Amsterdam", attribution="pseudonym", reason="a test")
    return Lake.create(tmp_path / "lake", settings)


def contact(number, **more):
    return {
        "source": "web",
        "external_id": str(number),
        "started_at": MARCH + timedelta(hours=number),
        "customer": "jan@voorbeeld.example",
        "team": "Ghent",
    } | more


def answer(number, **more):
    return {
        "source": "web", "external_id": f"r{number}", "metric": "nps", "score": 9,
        "answered_at": MARCH + timedelta(hours=number + 2), "contact_source": "web", "contact": str(number),
    } | more  # fmt: skip


def table(*rows):
    return pa.Table.from_pylist(list(rows)) if rows else None


def ask(lake, columns, of="contacts"):
    with connect() as engine:
        return engine.execute(f"select {columns} from {lake.snapshot().relation(of)} order by external_id").fetchall()


def versions(lake):
    return lake.snapshot().manifest.tables


def test_persons_days_and_durations_are_as_files_would_have_them(lake):
    late = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)  # in April where the lake is
    row = contact(1, started_at=late, agent="mila", talk_s=60, hold_s=None, wrap_s=5, channel="phone")
    report = bring_rows(lake, contacts=table(row))
    key = lake.key
    assert ask(lake, "customer, agent, day::varchar, hour, month, handle_s, step, import_id") == [
        (
            key.pseudonym("jan@voorbeeld.example"), key.pseudonym("mila"), "2026-04-01", 0, "2026-04", 65, 1,
            report.import_id,
        )
    ]  # fmt: skip


@pytest.mark.parametrize(("level", "agent"), [("off", None), ("team", None), ("named", "mila")])
def test_agents_are_known_as_far_as_the_lake_may_know_them(tmp_path, level, agent):
    lake = Lake.create(tmp_path / "lake", Settings(attribution=level, reason="a test"))
    bring_rows(lake, contacts=table(contact(1, agent="mila")))
    assert ask(lake, "agent, team") == [(agent, None if level == "off" else "Ghent")]


def test_a_pseudonym_stays_what_it_is_and_meets_the_same_customer(lake):
    pseudonym = lake.key.pseudonym("jan@voorbeeld.example")
    bring_rows(lake, contacts=table(contact(1)))
    bring_rows(lake, contacts=table(contact(2, customer=pseudonym)), customers="pseudonyms", months=())
    assert ask(lake, "customer, step") == [(pseudonym, 1), (pseudonym, 2)]
    with pytest.raises(DataError, match="no pseudonym"):
        bring_rows(lake, contacts=table(contact(3)), customers="pseudonyms")


def test_both_tables_show_at_once_with_each_other_beside_them(lake):
    report = bring_rows(
        lake,
        contacts=table(contact(1, agent="mila", queue="Bills", prediction=7)),
        responses=table(answer(1, comment="Bel mij op 06-87654321")),
        months=(),
    )
    assert (report.tables["contacts"].new, report.tables["responses"].new, report.attached) == (1, 1, 1)
    ((queue, team, prediction, comment, customer),) = ask(
        lake, "queue, team, prediction, comment, customer", "responses"
    )
    assert (queue, team, prediction, customer) == ("Bills", "Ghent", 7, lake.key.pseudonym("jan@voorbeeld.example"))
    assert "87654321" not in comment
    assert comment.startswith("Bel mij op")
    assert ask(lake, "scored, commented, score, metric") == [(True, True, 9, "nps")]


def test_an_answer_follows_its_contact_and_the_contact_its_newest_answer(lake):
    bring_rows(lake, contacts=table(contact(1)), responses=table(answer(1)))
    bring_rows(lake, contacts=table(contact(1, team="Liège")))
    assert ask(lake, "team", "responses") == [("Liège",)]
    later = answer(1, external_id="r9", score=2, answered_at=MARCH + timedelta(days=40))
    bring_rows(lake, responses=table(later), months=["2026-03"])
    assert ask(lake, "score") == [(2,)]
    bring_rows(lake, gone={"responses": [("web", "r9", "nps")]})
    assert ask(lake, "score, scored") == [(9, True)]
    bring_rows(lake, gone={"responses": [("web", "r1", "nps")]})
    assert ask(lake, "score, scored, commented, answered_at is null") == [(None, False, False, True)]


@pytest.mark.parametrize("later", ["rows", "file"])
def test_what_a_contact_was_when_its_question_left_stays_with_the_answer(lake, tmp_path, later):
    asked = answer(1, source=ASKED_HERE, team="Ghent", queue=None, comment="Bel 0470 12 34 56", counted=False)
    bring_rows(lake, contacts=table(contact(1, team="Lille", queue="Moves", wait_s=5)), responses=table(asked))
    columns = "team, queue, wait_s, customer is not null"
    assert ask(lake, columns, of="responses") == [("Ghent", None, 5, True)]
    moved = contact(1, team="Aalst", queue="Bills", wait_s=9)
    if later == "rows":
        bring_rows(lake, contacts=table(moved), months=())
        assert ask(lake, columns, of="responses") == [("Ghent", None, 9, True)]
    else:
        forget_rows(lake, "contacts", [("web", "1")])
        (tmp_path / "later.csv").write_text(
            "source,external_id,started_at,team,queue,wait_s\nweb,1,2026-03-10T10:00:00Z,Aalst,Bills,9\n"
        )
        import_files(lake, tmp_path / "later.csv", table="contacts")
        assert ask(lake, "team, queue", of="responses") == [("Ghent", None)]
    assert ask(lake, "scored, commented")[0] in {(False, False), (None, None)}, "what does not count is in no stage"


def test_an_older_answer_does_not_take_the_place_of_a_newer_one_elsewhere(lake):
    newer = answer(1, external_id="r2", score=3, answered_at=MARCH + timedelta(days=60))
    bring_rows(lake, contacts=table(contact(1)), responses=table(newer))
    bring_rows(lake, responses=table(answer(1)), months=["2026-03"])
    assert ask(lake, "score") == [(3,)]


@pytest.mark.parametrize("months", [None, ["2026-03"]])
def test_a_click_of_a_scanner_does_not_take_the_place_of_an_answer(lake, months):
    bring_rows(lake, contacts=table(contact(1)), responses=table(answer(1)))
    late = {"answered_at": MARCH + timedelta(days=50), "not_counted_reason": "scanner"}
    bring_rows(lake, responses=table(answer(1, external_id="r2", score=0, **late)), months=months)
    assert ask(lake, "score, scored") == [(9, True)]
    assert ask(lake, "score, counted", "responses") == [(9, True), (0, False)]


def test_an_answer_that_came_first_waits_for_its_contact(lake):
    report = bring_rows(lake, responses=table(answer(1, team="said by the survey")))
    assert (report.attached, report.unattached) == (0, 1)
    assert ask(lake, "contact_source, contact, team", "responses") == [(None, "1", "said by the survey")]
    report = bring_rows(lake, contacts=table(contact(1, language="nl")))
    assert (report.attached, report.unattached) == (1, 0)
    assert ask(lake, "contact_source, team, language", "responses") == [("web", "Ghent", "nl")]
    assert ask(lake, "score") == [(9,)]


def test_an_answer_that_names_a_conversation_gets_the_leg_that_was_answered(lake):
    legs = [contact(1, conversation="A", answered=False), contact(2, conversation="A", answered=True)]
    named = {name: value for name, value in answer(1).items() if name != "contact_source"} | {"contact": "A"}
    bring_rows(lake, contacts=table(*legs))
    for _ in range(2):
        bring_rows(lake, responses=table(named))
        assert ask(lake, "contact_source, contact", "responses") == [("web", "2")]


def test_the_same_again_writes_nothing(lake):
    rows = {"contacts": table(contact(1), contact(2)), "responses": table(answer(1, comment="Prima"))}
    bring_rows(lake, **rows)
    before = versions(lake)
    report = bring_rows(lake, **rows)
    assert versions(lake) == before
    assert {name: (met.new, met.changed, met.unchanged) for name, met in report.tables.items()} == {
        "contacts": (0, 0, 2),
        "responses": (0, 0, 1),
    }


def test_columns_that_are_not_given_stay_and_null_is_a_value(lake):
    bring_rows(lake, contacts=table(contact(1, queue="Bills", reason="move")))
    bring_rows(lake, contacts=table(contact(1, reason=None, wait_s=4)))
    assert ask(lake, "queue, reason, wait_s, team") == [("Bills", None, 4, "Ghent")]


def test_a_corrected_moment_moves_a_contact_to_its_month_and_mends_both_journeys(lake):
    bring_rows(lake, contacts=table(*(contact(day * 24, touchpoint=f"t{day}") for day in (0, 5, 10, 40))))
    assert ask(lake, "external_id, step") == [("0", 1), ("120", 2), ("240", 3), ("960", 1)]
    moved = contact(120, started_at=MARCH + timedelta(days=45), touchpoint="t45")
    report = bring_rows(lake, contacts=table(moved), months=["2026-03"])
    assert report.rethreaded == 3
    assert ask(lake, "external_id, step, previous_touchpoint, next_contact_after_s / 86400, month") == [
        ("0", 1, None, 10, "2026-03"),
        ("120", 2, "t40", None, "2026-04"),
        ("240", 2, "t0", 30, "2026-03"),
        ("960", 1, None, 5, "2026-04"),
    ]
    assert all(finding.well for finding in verify(lake) if not finding.harmless)


def test_an_older_state_does_not_come_back(lake):
    new, old = MARCH + timedelta(days=2), MARCH + timedelta(days=1)
    bring_rows(lake, contacts=table(contact(1, updated_at=new)))
    report = bring_rows(lake, contacts=table(contact(1, updated_at=old, team="Antwerp")))
    assert report.tables["contacts"].unchanged == 1
    assert ask(lake, "team") == [("Ghent",)]


def test_of_two_rows_with_one_key_the_later_one_counts(lake):
    report = bring_rows(lake, contacts=table(contact(1, team="first"), contact(1, team="second")))
    assert report.tables["contacts"].new == 1
    assert ask(lake, "team") == [("second",)]


def test_rows_that_are_gone_leave_the_rest_as_if_they_had_never_been(lake):
    bring_rows(lake, contacts=table(contact(1), contact(2), contact(3)), responses=table(answer(2)))
    report = forget_rows(lake, "contacts", [("web", "2"), ("web", "unknown")], months=["2026-03"])
    assert report.gone == {"contacts": 1, "responses": 0}
    assert ask(lake, "external_id, step") == [("1", 1), ("3", 2)]
    assert ask(lake, "contact_source, contact", "responses") == [(None, "2")]
    assert forget_rows(lake, "responses", [("web", "r2", "nps")]).gone["responses"] == 1
    assert lake.snapshot().rows("responses") == 0


def test_who_was_erased_stays_out(lake):
    bring_rows(lake, contacts=table(contact(1), contact(2, customer="piet@voorbeeld.example")))
    erase(lake, "jan@voorbeeld.example")
    report = bring_rows(lake, contacts=table(contact(3), contact(4, customer="piet@voorbeeld.example")))
    assert report.erased == 1
    assert ask(lake, "external_id") == [("2",), ("4",)]


def test_files_and_rows_meet_in_one_lake(lake, tmp_path):
    (tmp_path / "calls.csv").write_text(
        "Call ID,Start,Queue,Agent,Customer,Talk time\n7,2026-03-10 08:00:00,Bills,mila,jan@voorbeeld.example,60\n"
    )
    import_files(lake, tmp_path / "calls.csv")
    bring_rows(lake, contacts=table(contact(1)), months=())
    assert ask(lake, "external_id, step") == [("1", 2), ("7", 1)]


@pytest.mark.parametrize(
    ("rows", "error", "said"),
    [
        ({"contacts": table({"source": "web", "external_id": "1"})}, ColumnError, "started_at"),
        ({"contacts": table(contact(1, tema="x"))}, ColumnError, "tema"),
        ({"contacts": table(contact(1, channel="pigeon"))}, DataError, "channel is none of"),
        ({"contacts": table(contact(1, wait_s=-1))}, DataError, "wait_s is negative"),
        ({"contacts": table(contact(1, external_id=" "))}, DataError, "external_id is empty"),
        ({"contacts": table(contact(1, wait_s="soon"))}, DataError, "not of their types"),
        ({"contacts": table(contact(1, prediction=11))}, DataError, "prediction"),
        ({"responses": table(answer(1, score=11))}, DataError, "scale of its metric"),
        ({"responses": table(answer(1, answered_at=None))}, DataError, "answered_at is empty"),
        ({"gone": {"outcomes": [("a",)]}}, OptionError, "outcomes"),
        ({"gone": {"responses": [("web", "r1")]}}, OptionError, "3 parts"),
        ({"contacts": table(contact(1)), "gone": {"contacts": [("web", "1")]}}, DataError, "come and be gone"),
        ({"customers": "names"}, OptionError, "names"),
        ({"name": "a b"}, OptionError, "cannot be called"),
    ],
)
def test_what_cannot_be_brought_is_refused_and_nothing_is_written(lake, rows, error, said):
    bring_rows(lake, contacts=table(contact(5)))
    before = versions(lake)
    with pytest.raises(error, match=said):
        bring_rows(lake, **rows)
    assert versions(lake) == before


def test_many_writes_do_not_make_many_files(lake):
    for number in range(12):
        bring_rows(lake, contacts=table(contact(number, customer=f"c{number}")), months=())
    assert len(lake.snapshot().data_files("contacts")) == 1
    assert lake.snapshot().rows("contacts") == 12


def test_a_large_file_that_changes_falls_into_pieces_and_loses_nothing(lake):
    size = 130_000
    with connect() as engine, lake.writing() as batch:
        rows = (
            f"(select 'old' as source, i::varchar as external_id, timestamptz '{MARCH.isoformat()}' + i * interval 1 "
            f"second as started_at, '2026-03' as month, date '2026-03-10' as day from range({size}) t(i))"
        )
        batch.write(engine, rows, "contacts")
    bring_rows(lake, contacts=table(contact(1, source="old", external_id="77")), months=["2026-03"])
    files = lake.snapshot().data_files("contacts")
    assert sum(file.rows for file in files) == size
    assert max(file.rows for file in files) < 70_000
    with connect() as engine:
        there = lake.snapshot().relation("contacts")
        counted = engine.execute(f"select count(distinct external_id), count(team) from {there}").fetchall()
    assert counted == [(size, 1)]


def test_a_moment_without_a_zone_is_in_utc(lake):
    bring_rows(lake, contacts=table(contact(1, started_at=datetime(2026, 3, 31, 22, 30))))  # noqa: DTZ001
    assert ask(lake, "month") == [("2026-04",)]
