"""What stands behind a number is exactly what was counted, in pages that lose and double nothing."""

from collections import Counter
from datetime import date

import pytest

from klankbord.errors import ColumnError, OptionError
from klankbord.lake import Lake
from klankbord.lake.looking import Cursor, contacts, contacts_behind, distinct, known_units, latest_comments
from klankbord.lake.questions import Question, ask


def all_pages(look, limit=37):
    """Turn pages to the last one, and hold them to their promises on the way."""
    lines, after = [], None
    while True:
        page = look(after=after, limit=limit)
        assert len(page) <= limit
        lines += page.rows
        if page.after is None:
            break
        assert len(page) == limit
        after = str(page.after)
    moments = [line.at for line in lines]
    assert moments == sorted(moments, reverse=True)
    keys = [line.response or (line.source, line.external_id) for line in lines]
    assert len(set(keys)) == len(keys)
    return lines


@pytest.mark.parametrize(
    "question",
    [
        "nps",
        "csat where channel=phone|chat in 2026-Q1",
        "nps where team is empty in last 2 months compare previous",
        "abandonment by team in 2025-03-10..2025-07-20",
        "service_level(30) where wait_s>5 and attributes.plan=gold",
        "response_rate in 2025-08",
        "first_contact_resolution(14)",
        "handle_time_p90 where segment!=private",
        "prediction_gap",
    ],
)
def test_the_pages_behind_a_number_are_what_it_counts(centre, question):
    asked = Question.parse(question)
    lines = all_pages(lambda **page: contacts_behind(asked, centre, **page))
    plain = Question(measure=asked.measure, where=asked.where, period=asked.period)
    assert len(lines) == ask(plain, centre).total.n
    assert len({line.day for line in lines}) > 5 or question == "response_rate in 2025-08"


@pytest.mark.parametrize(
    "question",
    [
        "nps by team per month in 2025-11..2026-04",
        "abandonment by channel, transfers per weekday",
        "ces per week in 2026-02..2026-03",
        "sending_rate by attributes.plan per quarter",
        "csat by segment per hour",
        "handle_time by agent in 2026-05",
        "comment_rate per day in 2026-05-04..2026-05-10",
    ],
)
def test_the_page_behind_a_group_is_what_the_group_counts(centre, question):
    asked = Question.parse(question)
    answer = ask(asked, centre)
    assert len(answer.keys) > 3
    for key, row in zip(answer.keys, answer.rows, strict=True):
        page = contacts_behind(asked, centre, group=dict(zip(asked.keys, key, strict=True)), limit=1000)
        assert len(page) == row.n


@pytest.mark.parametrize("question", ["nps per month in 2026", "nps per week in 2026-05", "ces per quarter"])
def test_a_period_written_as_its_first_day_is_the_whole_period(centre, question):
    asked = Question.parse(question)
    answer = ask(asked, centre)
    for key, row in zip(answer.keys, answer.rows, strict=True):
        page = contacts_behind(asked, centre, group={asked.grain: str(key[0])}, limit=1000)
        assert len(page) == row.n


@pytest.mark.parametrize(
    ("question", "parts"),
    [("nps in 2026", ("good", "middle", "bad")), ("csat", ("good", "bad")), ("abandonment", ("hit", "miss"))],
)
def test_parts_are_the_whole(centre, question, parts):
    whole = all_pages(lambda **page: contacts_behind(question, centre, **page), limit=400)
    found = [
        all_pages(lambda part=part, **page: contacts_behind(question, centre, part=part, **page)) for part in parts
    ]
    assert all(found)
    assert Counter(str(line) for some in found for line in some) == Counter(map(str, whole))


def test_a_promoter_is_who_says_nine_or_ten(centre):
    assert {line.score for line in contacts_behind("nps", centre, part="good", limit=500)} == {9, 10}
    assert {line.score for line in contacts_behind("nps", centre, part="middle", limit=500)} == {7, 8}
    assert all(line.abandoned for line in contacts_behind("abandonment", centre, part="hit", limit=500))


@pytest.mark.parametrize(
    ("question", "more", "said"),
    [
        ("enps", {}, "counted in pulses"),
        ("nps", {"part": "hit"}, "no part"),
        ("abandonment", {"part": "good"}, "no part"),
        ("handle_time", {"part": "hit"}, "no part"),
        ("nps", {"group": {"weekday": "Someday"}}, "day of the week"),
        ("nps", {"group": {"month": "soon"}}, "not a period"),
        ("nps", {"limit": 0}, "cannot be"),
        ("nps", {"after": "where?"}, "end of a page"),
    ],
)
def test_what_cannot_be_looked_at_is_refused(centre, question, more, said):
    with pytest.raises(OptionError, match=said):
        contacts_behind(question, centre, **more)


def test_a_group_that_no_table_has_is_named(centre):
    with pytest.raises(ColumnError, match="teem"):
        contacts_behind("nps", centre, group={"teem": "Ghent"})


def test_contacts_of_any_kind_are_listed(centre, centre_rows):
    rows = centre_rows["contacts"]
    lines = all_pages(lambda **page: contacts(centre, **page), limit=500)
    assert {line.external_id for line in lines} == {row["external_id"] for row in rows}
    some = all_pages(lambda **page: contacts(centre, where=["channel=phone", "wait_s>30"], period="2026", **page))
    wanted = {
        row["external_id"]
        for row in rows
        if row["channel"] == "phone" and (row["wait_s"] or 0) > 30 and row["day"].year == 2026
    }
    assert {line.external_id for line in some} == wanted
    assert dict(lines[0].attributes) == dict(
        {row["external_id"]: row for row in rows}[lines[0].external_id]["attributes"]
    )


def test_a_contact_is_found_by_its_id_and_by_no_part_of_it(centre):
    assert [line.external_id for line in contacts(centre, search=" 1234 ")] == ["1234"]
    assert len(contacts(centre, search="123' or 'a'='a")) == 0


def test_the_end_of_a_page_survives_an_address():
    from datetime import UTC, datetime

    cursor = Cursor(at=datetime(2026, 1, 1, tzinfo=UTC), source="a/b", external_id="é&=", metric="nps")
    assert Cursor.parse(str(cursor)) == cursor
    assert set(str(cursor)) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")
    for wrong in ("", "e30", "WzFd", str(cursor)[:-9]):
        with pytest.raises(OptionError):
            Cursor.parse(wrong)


def test_values_are_counted_most_frequent_first(centre, centre_rows):
    rows = [row for row in centre_rows["contacts"] if row["channel"] == "phone" and row["team"]]
    found = distinct(centre, "team", where="channel=phone")
    assert dict(found) == Counter(row["team"] for row in rows)
    assert [count for _, count in found] == sorted((count for _, count in found), reverse=True)
    assert {value for value, _ in distinct(centre, "attributes.plan")} == {"gold", 'it\'s "new"'}
    assert len(distinct(centre, "agent", limit=3)) == 3
    assert distinct(centre, "metric", table="responses", period="2026")
    with pytest.raises(ColumnError):
        distinct(centre, "customer")


def test_units_are_those_of_the_contacts(centre, centre_rows):
    rows = [row for row in centre_rows["contacts"] if row["team"]]
    units = known_units(centre)
    assert [unit.name for unit in units.teams] == sorted({row["team"] for row in rows})
    assert sum(unit.contacts for unit in units.teams) == len(rows)
    for agent in units.agents:
        own = [row for row in centre_rows["contacts"] if row["agent"] == agent.name]
        days = [row["day"] for row in own]
        assert (agent.contacts, agent.first_on, agent.last_on) == (len(own), min(days), max(days))
        last = max(row["day"] for row in own if row["team"])
        assert agent.team in {row["team"] for row in own if row["day"] == last}
    assert units.clients == units.queues == ()
    (april,) = {unit.first_on.month for unit in known_units(centre, months=["2026-04"]).teams}
    assert april == 4


def test_a_lake_without_rows_shows_nothing(tmp_path):
    lake = Lake.create(tmp_path / "lake")
    assert len(contacts(lake)) == len(contacts_behind("nps by team in 2026", lake)) == 0
    assert latest_comments(lake) == distinct(lake, "team") == known_units(lake).teams == ()


def test_a_snapshot_shows_what_it_showed(centre):
    snapshot = centre.snapshot()
    first = contacts(snapshot, period="2026", limit=3)
    assert first == contacts(centre, period="2026", limit=3)
    assert all(line.day >= date(2026, 1, 1) for line in first)
