"""One contact in full, what customers wrote, and everything that is held of one of them."""

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from klankbord.errors import OptionError
from klankbord.lake import Lake, bring_rows
from klankbord.lake.looking import customer_rows, latest_comments, story

MARCH = datetime(2026, 3, 10, 9, tzinfo=UTC)


def contact(number, day, **more):
    begun = MARCH + timedelta(days=day)
    return {
        "source": "web", "external_id": str(number), "conversation": f"talk {number}", "leg": 1, "customer": "jan",
        "started_at": begun, "ended_at": begun + timedelta(minutes=10), "queue": "Bills", "channel": "phone",
        "touchpoint": "invoice", "eligible": True, "invited": True, "sent": None, "invited_at": begun,
        "prediction": None, "predicted_at": None,
    } | more  # fmt: skip


def answer(number, contact_id, day, score, **more):
    return {
        "source": "web", "external_id": f"r{number}", "metric": "nps", "contact_source": "web",
        "contact": str(contact_id), "score": score, "answered_at": MARCH + timedelta(days=day, hours=3),
        "comment": None,
    } | more  # fmt: skip


EVENTS = [
    ("flood", "incident", 25.5, 26.5, {"queue": "Bills"}),
    ("elsewhere", "incident", 25.5, 26.5, {"queue": "Moving"}),
    ("everywhere", "campaign", 20, 30, {}),
    ("over", "incident", 25, 25.9, {}),
    ("new price", "price", 25.5, None, {}),
    ("old price", "price", 2, None, {}),
]


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    lake = Lake.create(tmp_path_factory.mktemp("lake") / "lake", key=b"a key for the tests")
    middle = {"prediction": 6, "predicted_at": MARCH + timedelta(days=26, minutes=11)}
    contacts = [
        contact(0, -20), contact(1, 0), contact(2, 13), contact(3, 26, **middle),
        contact(4, 26.02, conversation="talk 3", leg=2, queue="Technical"),
        contact(5, 39), contact(6, 55), contact(7, 26, customer="piet"), contact(8, 27, customer=None),
    ]  # fmt: skip
    answers = [
        answer(1, 3, 40, 3, comment="Te lang gewacht, bel 06-12345678"), answer(2, 4, 27, 9, comment="Prima"),
        answer(3, 7, 28, 8, comment="Goed"), answer(4, 9, 29, 0, comment="Waar gaat dit over?"),
        answer(5, 3, 41, 1, metric="ces", comment="Moeilijk"), answer(6, 1, 2, 10),
    ]  # fmt: skip
    bring_rows(lake, contacts=pa.Table.from_pylist(contacts), responses=pa.Table.from_pylist(answers))
    moment = pa.timestamp("us", "UTC")
    with lake.writing("events") as batch:
        rows = [
            {
                "source": "it", "external_id": name, "kind": kind, "title": name, "month": "2026-04",
                "started_at": MARCH + timedelta(days=begun),
                "ended_at": None if ended is None else MARCH + timedelta(days=ended), "queue": more.get("queue"),
            }
            for name, kind, begun, ended, more in EVENTS
        ]  # fmt: skip
        schema = pa.schema(
            [(name, moment if name.endswith("_at") else pa.string()) for name in rows[0]],
        )
        batch.append("events", pa.Table.from_pylist(rows, schema=schema))
    return lake


def test_a_story_holds_the_conversation_the_journey_and_what_was_going_on(lake):
    told = story(lake, "web", "3")
    assert [line.external_id for line in told.legs] == ["3", "4"]
    assert [line.external_id for line in told.journey] == ["1", "2", "5"]
    assert [(line.response[1], line.score) for line in told.answers] == [("r2", 9), ("r1", 3), ("r5", 1)]
    assert (told.prediction, told.predicted_at) == (6, MARCH + timedelta(days=26, minutes=11))
    assert [event.external_id for event in told.events] == ["everywhere", "flood", "new price"]
    assert (told.contact.external_id, told.contact.metric, told.contact.comment) == ("3", "ces", "Moeilijk")
    assert story(lake, "web", "3", months=["2026-04"]) == told


def test_a_story_tells_how_far_asking_came(lake):
    steps = {step.name: (step.reached, step.at) for step in story(lake, "web", "3").steps}
    assert list(steps) == ["eligible", "invited", "sent", "delivered", "opened", "started", "scored", "commented"]
    assert steps["invited"] == (True, MARCH + timedelta(days=26))
    assert steps["sent"] == (None, None)
    assert steps["scored"] == (True, MARCH + timedelta(days=41, hours=3))
    assert steps["commented"] == (True, None)


def test_a_contact_of_nobody_has_no_journey(lake):
    told = story(lake, "web", "8")
    assert told.journey == ()
    assert [line.external_id for line in told.legs] == ["8"]
    assert told.answers == ()


@pytest.mark.parametrize(
    ("source", "external_id", "months"), [("web", "99", None), ("x", "3", None), ("web", "3", ["2026-03"])]
)
def test_what_is_not_there_has_no_story(lake, source, external_id, months):
    assert story(lake, source, external_id, months=months) is None


def test_comments_come_newest_first_with_what_they_are_about(lake):
    newest, *others = latest_comments(lake)
    assert (newest.score, newest.kind, newest.contact, newest.response) == (
        3,
        "bad",
        ("web", "3"),
        ("web", "r1", "nps"),
    )
    assert "12345678" not in newest.comment
    assert newest.queue == "Bills"
    assert [remark.comment for remark in others] == ["Waar gaat dit over?", "Goed", "Prima"]
    assert others[0].contact is None


def test_comments_can_be_chosen(lake):
    def words(**choice):
        return [remark.comment for remark in latest_comments(lake, **choice)]

    assert words(kinds=["good"]) == ["Prima"]
    assert words(kinds=["good", "middle"]) == ["Goed", "Prima"]
    assert words(metric="ces") == ["Moeilijk"]
    assert len(words(metric=None)) == 5
    assert len(words(metric=None, limit=2)) == 2
    assert words(where="queue=Technical") == ["Prima"]
    assert words(period="2026-04-06..2026-04-07") == ["Goed", "Prima"]
    with pytest.raises(OptionError, match="kind of score"):
        words(kinds=["great"])


def test_everything_that_is_held_of_a_customer_is_told(lake):
    rows = customer_rows(lake, lake.key.pseudonym("jan"))
    assert [row["external_id"] for row in rows["contacts"]] == ["0", "1", "2", "3", "4", "5", "6"]
    assert {row["external_id"] for row in rows["responses"]} == {"r1", "r2", "r5", "r6"}
    assert rows["outcomes"] == ()
    assert rows["contacts"][0]["started_at"] == MARCH - timedelta(days=20)
    assert customer_rows(lake, lake.key.pseudonym("nobody"))["contacts"] == ()
