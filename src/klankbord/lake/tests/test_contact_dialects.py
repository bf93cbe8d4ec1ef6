"""Each platform's records become legs with the same meaning: waits, talk without hold, scores on their own leg."""

from pathlib import Path

import pytest

from klankbord.errors import ColumnError
from klankbord.lake import read_contacts

SAMPLES = Path(__file__).parent / "contact_samples"
SAME_CALL = {"wait_s": 48, "talk_s": 612, "hold_s": 31, "wrap_s": 95, "handle_s": 738}


@pytest.fixture
def read():
    def by_id(*names, folder=SAMPLES, **options):
        records = read_contacts(*(folder / name for name in names), **options)
        moments = [name for name in records.columns if name.endswith("_at")]
        listed = ", ".join(f"{name}::varchar as {name}" for name in moments)
        cursor = records.engine.execute(f"select * replace ({listed}) from contacts")
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        return {row["external_id"]: row for row in rows}

    return by_id


def test_four_platforms_tell_the_same_call_alike(read, shared):
    names = (
        "genesys_conversation_detail.json",
        "amazon_connect_ctr.json",
        "five9_call_log.csv",
        "nice_cxone_contact.json",
    )
    for name in names:
        row = next(iter(read(name, folder=shared / "samples", zone="UTC").values()))
        assert {column: row[column] for column in SAME_CALL} == SAME_CALL, name
        assert (row["channel"], row["direction"], row["answered"], row["abandoned"]) == (
            "phone",
            "inbound",
            True,
            False,
        )


def test_genesys_gives_a_leg_for_each_agent_in_order_of_time(read):
    rows = read("genesys_transfer.json")
    first, second = rows["c-1/x-5"], rows["c-1/x-7"]
    assert list(rows) == ["c-1/x-5", "c-1/x-7", "c-2", "c-3"]
    assert (first["conversation"], first["leg"], second["leg"]) == ("c-1", 1, 2)
    assert (first["transferred_to"], second["transferred_from"], first["transferred_from"]) == ("t-2", "t-1", None)
    assert (first["transfers"], second["transfers"]) == (1, 0)
    assert (first["wait_s"], second["wait_s"], second["started_at"]) == (50, 30, "2026-11-20 09:10:30+00")


def test_genesys_milliseconds_become_seconds_and_repeated_metrics_are_added(read):
    rows = read("genesys_transfer.json")
    assert [rows["c-1/x-5"][name] for name in ("talk_s", "hold_s", "wrap_s", "handle_s", "holds")] == [
        540,
        60,
        0,
        600,
        1,
    ]
    assert rows["c-1/x-7"]["talk_s"] == 500


def test_genesys_scores_stand_on_the_leg_of_the_agent_who_was_rated(read):
    rows = read("genesys_transfer.json")
    assert {key: (row["score"], row["response_id"]) for key, row in rows.items()} == {
        "c-1/x-5": (3, "s-1"),
        "c-1/x-7": (9, "s-2"),
        "c-2": (None, None),
        "c-3": (None, None),
    }
    assert rows["c-1/x-7"]["survey_channel"] == "phone"


def test_genesys_without_an_agent_is_one_row_abandoned_or_handled_by_a_machine(read):
    rows = read("genesys_transfer.json")
    lost, contained = rows["c-2"], rows["c-3"]
    assert (lost["abandoned"], lost["answered"], lost["wait_s"], lost["agent"], lost["queue"]) == (
        True,
        False,
        75,
        None,
        "q-1",
    )
    assert (contained["offered"], contained["abandoned"], contained["handled_by"]) == (False, False, "automated")


def test_connect_delivers_again_and_the_newest_update_wins(read):
    records = read_contacts(SAMPLES / "amazon_connect_stream.jsonl")
    assert (records.read, records.kept) == (4, 3)
    assert [(drop.reason, drop.rows, drop.examples) for drop in records.drops] == [("duplicate", (2,), ("k-1",))]
    row = read("amazon_connect_stream.jsonl")["k-1"]
    assert (row["score"], row["metric"], row["comment"], row["language"]) == (7, "nps", "Fine", "fr")
    assert (row["team"], row["handle_s"], row["holds"]) == ("North", 260, 2)


def test_connect_legs_are_numbered_within_the_first_contact(read):
    rows = read("amazon_connect_stream.jsonl")
    assert [(rows[key]["conversation"], rows[key]["leg"]) for key in ("k-1", "k-2", "k-3")] == [
        ("k-1", 1),
        ("k-1", 2),
        ("k-3", 1),
    ]
    assert (rows["k-3"]["abandoned"], rows["k-3"]["customer"], rows["k-3"]["wait_s"]) == (True, None, 120)


def test_twilio_events_in_any_order_and_twice_become_a_leg_for_each_worker(read):
    rows = read("twilio_events.form")
    first, second = rows["WT1"], rows["WT1/WR2"]
    assert (first["agent"], first["team"], first["wait_s"], first["handle_s"], first["transfers"]) == (
        "WK1",
        "North",
        30,
        100,
        1,
    )
    assert (second["agent"], second["leg"], second["talk_s"], second["wrap_s"]) == ("WK2", 2, 130, 20)
    assert (first["score"], second["score"], second["customer"]) == (None, 9, "+31205550101")


def test_twilio_task_that_was_canceled_is_abandoned(read):
    lost = read("twilio_events.form")["WT2"]
    assert (lost["abandoned"], lost["answered"], lost["agent"], lost["wait_s"]) == (True, False, None, 60)


def test_twilio_json_within_a_form_field_is_read(read, shared):
    row = read("twilio_taskrouter_callback.form", folder=shared / "samples")["WT00000000000000000000000000000001"]
    assert (row["customer"], row["conversation"], row["team"]) == ("+31205550101", "crm-884213", "Retail NL")
    assert (row["started_at"], row["answered"]) == ("2026-11-22 09:01:52+00", True)


def test_twilio_cloudevents_are_read_alike(read):
    row = read("twilio_cloudevents.json")["WT7"]
    assert (row["agent"], row["channel"], row["customer"]) == ("WK1", "chat", "jan@voorbeeld.example")
    assert row["started_at"] == "2026-11-20 09:01:00+00"


def test_five9_nobody_is_no_agent_and_its_clock_is_the_domains(read, shared):
    rows = read("five9_call_log.csv", folder=shared / "samples", zone="America/Los_Angeles")
    lost = rows["24382"]
    assert (lost["agent"], lost["abandoned"], lost["answered"], lost["wait_s"]) == (None, True, False, 53)
    assert rows["24381"]["started_at"] == "2026-11-20 09:01:12+00"
    assert rows["24381"]["agent"] == "m.devries@bedrijf.example"


def test_cxone_numbers_as_text_hold_taken_off_and_legs_of_the_master(read):
    rows = read("nice_cxone_contacts.json")
    first, second, lost = rows["11"], rows["12"], rows["13"]
    assert (first["talk_s"], first["hold_s"], first["wrap_s"], first["transfers"]) == (200, 30, 15, 1)
    assert (second["conversation"], second["leg"]) == ("11", 2)
    assert (lost["agent"], lost["customer"], lost["abandoned"], lost["channel"]) == (None, None, True, "chat")


def test_cxone_as_a_table_is_read_alike(read, tmp_path):
    (tmp_path / "contacts.csv").write_text(
        "contactId,masterContactId,contactStart,agentId,skillName,mediaTypeName,isOutbound,inQueueSeconds,agentSeconds,"
        "holdSeconds,ACWSeconds,abandoned\n11,11,2026-11-20T09:00:00Z,7,Bills,Call,True,30,230,30,15,False\n"
    )
    row = read("contacts.csv", folder=tmp_path)["11"]
    assert (row["talk_s"], row["direction"], row["channel"], row["handle_s"]) == (200, "outbound", "phone", 245)


@pytest.mark.parametrize("name", ["talkdesk_days.json", "talkdesk_calls.csv"])
def test_talkdesk_durations_are_known_as_parts_of_a_day_or_clocks(read, name):
    # Its moments are UTC whatever zone the lake has.
    rows = read(name, zone="Europe/Amsterdam")
    assert (rows["t-1"]["talk_s"], rows["t-1"]["wait_s"], rows["t-1"]["channel"]) == (216, 43, "phone")
    assert rows["t-1"]["started_at"] == "2026-11-20 09:00:00+00"
    assert (rows["t-2"]["abandoned"], rows["t-2"]["answered"], rows["t-2"]["agent"]) == (True, False, None)


def test_talkdesk_type_of_call_tells_direction_and_outcome(read):
    rows = read("talkdesk_days.json")
    assert (rows["t-3"]["direction"], rows["t-3"]["answered"], rows["t-3"]["abandoned"]) == ("outbound", False, False)
    assert (rows["t-1"]["score"], rows["t-1"]["metric"], rows["t-2"]["score"]) == (4, "csat", None)
    assert read("talkdesk_calls.csv")["t-1"]["transfers"] == 1


def test_8x8_milliseconds_of_both_products_become_seconds(read):
    work = read("eight_by_eight_work.json")
    assert [work["1"][name] for name in ("wait_s", "talk_s", "hold_s", "handle_s")] == [16, 240, 20, 260]
    assert (work["2"]["abandoned"], work["2"]["answered"], work["2"]["agent"]) == (True, False, None)
    assert work["1"]["started_at"] == "2026-11-20 09:00:00+00"
    centre = read("eight_by_eight_interactions.json")
    assert list(centre) == ["int-1/2"]
    row = centre["int-1/2"]
    assert (row["agent"], row["talk_s"], row["hold_s"], row["wrap_s"], row["reason"]) == ("ag2", 13, 3, 13, "Bill")


def test_asterisk_queue_log_has_a_leg_for_each_queue_and_its_events_are_no_rows(read):
    rows = read("asterisk_queue_log.txt")
    first, second, lost = rows["1795165200.1"], rows["1795165200.1-2"], rows["1795166000.5"]
    assert len(rows) == 3
    assert (first["agent"], first["wait_s"], first["talk_s"], first["transfers"]) == ("PJSIP/agent1", 30, 70, 1)
    assert (second["queue"], second["leg"], second["talk_s"]) == ("technical", 2, 90)
    assert (lost["abandoned"], lost["wait_s"], lost["agent"]) == (True, 60, None)


def test_asterisk_call_of_which_the_log_has_only_the_end_is_timed_back(read, shared):
    row = read("asterisk_queue_log.txt", folder=shared / "samples")["1795343682.2"]
    assert (row["started_at"], row["talk_s"], row["wait_s"], row["customer"]) == ("2026-11-22 10:34:42+00", 2, 0, None)


def test_asterisk_call_records_give_one_row_a_call_and_the_device_without_its_call(read):
    rows = read("asterisk_cdr.csv", zone="Europe/Amsterdam")
    assert sorted(rows) == ["1795165200.1", "1795168800.7", "1795169400.8"]
    assert (rows["1795168800.7"]["agent"], rows["1795168800.7"]["wait_s"]) == ("PJSIP/agent1", 8)
    assert (rows["1795169400.8"]["answered"], rows["1795169400.8"]["agent"]) == (False, None)
    assert rows["1795165200.1"]["ended_at"] == "2026-11-20 09:03:50+00"


def test_asterisk_log_and_call_records_are_joined_by_unique_id(read):
    for names in (("asterisk_queue_log.txt", "asterisk_cdr.csv"), ("asterisk_cdr.csv", "asterisk_queue_log.txt")):
        rows = read(*names, zone="Europe/Amsterdam")
        assert sorted(rows) == ["1795165200.1", "1795165200.1-2", "1795166000.5", "1795168800.7", "1795169400.8"]
        assert rows["1795165200.1-2"]["ended_at"] == "2026-11-20 09:03:50+00"
        assert rows["1795165200.1"]["started_at"] == "2026-11-20 09:00:00+00"


def test_zendesk_ticket_has_its_metrics_and_its_rating(read):
    row = read("zendesk_tickets.json")["208"]
    assert (row["wait_s"], row["transfers"], row["resolved"], row["answered"]) == (5400, 2, True, True)
    assert (row["score"], row["metric"], row["comment"]) == (1, "csat_good_bad", "Thanks")
    assert read("zendesk_tickets.json")["209"]["score"] is None


def test_zendesk_calls_stand_for_their_ticket_and_legs_for_their_call(read):
    rows = read("zendesk_tickets.json", "zendesk_talk.json")
    assert sorted(rows) == ["208", "call-1", "call-1-11", "call-2"]
    first, second = rows["call-1"], rows["call-1-11"]
    assert (first["conversation"], first["agent"], second["agent"], second["leg"]) == ("209", "135", "136", 2)
    assert (first["talk_s"], first["handle_s"], second["handle_s"], first["transfers"]) == (100, 125, 220, 1)
    assert (rows["call-2"]["abandoned"], rows["call-2"]["customer"]) == (True, "+31205550177")


def test_freshdesk_ticket_tells_its_channel_and_its_first_reply(read):
    rows = read("freshdesk_tickets.json")
    assert (rows["8812"]["channel"], rows["8812"]["wait_s"], rows["8812"]["resolved"]) == ("email", 1200, True)
    assert (rows["8813"]["channel"], rows["8813"]["answered"], rows["8813"]["agent"]) == ("phone", False, None)


@pytest.mark.parametrize(
    ("name", "language"), [("generic_nl.csv", "nl"), ("generic_fr.csv", "fr"), ("generic_de.csv", "de")]
)
def test_a_table_in_another_language_is_read(read, name, language):
    row = read(name, zone="Europe/Brussels")["1"]
    assert (row["wait_s"], row["talk_s"], row["wrap_s"]) == (48, 612, 95)
    assert (row["channel"], row["language"], row["agent"], row["customer"]) == ("phone", language, "mila", "K1")
    assert (row["resolved"], row["started_at"]) == (True, "2026-11-20 08:01:12+00")
    assert row["direction"] == ("outbound" if language == "de" else "inbound")


def test_a_contact_without_durations_has_none(read):
    row = read("generic_nl.csv")["2"]
    assert (row["talk_s"], row["hold_s"], row["handle_s"], row["agent"], row["wait_s"]) == (None, None, None, None, 53)
    assert (row["score"], row["metric"], row["channel"]) == (None, None, "messaging")


def test_own_columns_of_a_platform_can_be_kept(read):
    row = read("amazon_connect_stream.jsonl", keep=["Attributes.nps", "SomethingNew.deep"])["k-1"]
    assert row["attributes"] == {"Attributes.nps": "7", "SomethingNew.deep": '[{"er": 1}]'}
    assert read("zendesk_tickets.json", keep=["priority"])["208"]["attributes"] == {"priority": "high"}
    assert read("twilio_events.form", keep=["TaskAttributes.nps"])["WT1"]["attributes"] == {"TaskAttributes.nps": "9"}
    with pytest.raises(ColumnError, match=r"no column 'Attributes\.npx'"):
        read("amazon_connect_stream.jsonl", keep=["Attributes.npx"])
