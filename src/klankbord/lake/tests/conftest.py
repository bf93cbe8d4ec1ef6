"""A small lake with every kind of row that questions can stumble over, and the same rows as plain dictionaries."""

import random
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pytest

from klankbord.lake import Lake, Settings
from klankbord.lake.schema import TABLES, Type

FIRST, LAST = date(2025, 1, 6), date(2026, 6, 24)
ARROW = {
    Type.TEXT: pa.string(),
    Type.FLAG: pa.bool_(),
    Type.SMALL: pa.int16(),
    Type.WHOLE: pa.int32(),
    Type.LONG: pa.int64(),
    Type.REAL: pa.float64(),
    Type.DATE: pa.date32(),
    Type.INSTANT: pa.timestamp("us", tz="UTC"),
    Type.ATTRIBUTES: pa.map_(pa.string(), pa.string()),
}


def contact(rng, number):
    day = FIRST + timedelta(days=number * ((LAST - FIRST).days + 1) // 2400)
    offered = rng.random() < 0.95
    answered = rng.random() < 0.9
    sent = rng.random() < 0.7
    scored = sent and rng.random() < 0.5
    hour = rng.randrange(8, 18)
    row = {
        "source": "exchange",
        "external_id": str(number),
        "leg": 1,
        "customer": rng.choice([None, "c1", "c2", "c3"]),
        "team": rng.choice(["Ghent", "Liège", "Köln & co", None]),
        "agent": f"a{rng.randrange(12)}",
        "channel": rng.choice(["phone", "phone", "chat", "email"]),
        "segment": rng.choice(["private", "business"]),
        "started_at": datetime(day.year, day.month, day.day, hour, tzinfo=UTC),
        "day": day,
        "hour": hour,
        "offered": offered,
        "answered": answered,
        "abandoned": not answered,
        "wait_s": rng.choice([None, *range(60)]),
        "threshold_s": rng.choice([None, 20, 40]),
        "handle_s": rng.randrange(30, 900) if answered and rng.random() < 0.9 else None,
        "transfers": rng.choice([None, 0, 0, 0, 1, 2]),
        "next_contact_after_s": rng.choice([None, None, rng.randrange(40 * 86_400)]),
        "eligible": True,
        "invited": sent or rng.random() < 0.3,
        "sent": sent,
        "delivered": sent and rng.random() < 0.95,
        "opened": rng.choice([None, True, False]),
        "started": scored or rng.random() < 0.1,
        "scored": scored,
        "commented": scored and rng.random() < 0.6,
        "attributes": [("plan", rng.choice(["gold", 'it\'s "new"']))] if rng.random() < 0.5 else [],
        "month": f"{day:%Y-%m}",
    }
    return row | {"commented": None if not scored else row["commented"]}


def response(rng, row):
    metric, levels = rng.choice([("nps", range(11)), ("nps", range(11)), ("csat", range(1, 6)), ("ces", range(1, 8))])
    counted = rng.random() < 0.95
    shared = ("customer", "team", "agent", "channel", "segment", "started_at", "day", "hour", "wait_s", "handle_s")
    return {name: row[name] for name in (*shared, "source", "external_id", "attributes", "month")} | {
        "metric": metric,
        "score": rng.choice(levels),
        "prediction": rng.choice([None, *range(11)]),
        "survey": "after-contact",
        "survey_version": "1" if row["day"] < date(2026, 3, 10) else "2",
        "status": "complete",
        "counted": counted,
        "not_counted_reason": None if counted else "scanner",
    }


def pulse(rng, number):
    month = f"{2025 + number // 12 % 2}-{number % 12 + 1:02d}"
    metric = rng.choice(["enps", "enps", "other"])
    return {
        "source": "pulse", "external_id": str(number), "team": rng.choice(["Ghent", "Liège"]), "metric": metric,
        "question": metric, "score": rng.randrange(11), "month": min(month, "2026-06"),
    }  # fmt: skip


@pytest.fixture(scope="session")
def centre_rows():
    """Rows of a centre that never was, table by table."""
    rng = random.Random(1898)
    contacts = [contact(rng, number) for number in range(2400)]
    # One month has no contacts at all: holes must be told, not bridged.
    contacts = [row for row in contacts if row["month"] != "2025-08"]
    responses = [response(rng, row) for row in contacts if row["scored"]]
    return {"contacts": contacts, "responses": responses, "pulses": [pulse(rng, number) for number in range(400)]}


@pytest.fixture(scope="session")
def centre(tmp_path_factory, centre_rows):
    """The lake that holds these rows."""
    settings = Settings(attribution="pseudonym", reason="agreed with the works council")
    lake = Lake.create(tmp_path_factory.mktemp("centre") / "lake", settings)
    with lake.writing("test") as batch:
        for table, rows in centre_rows.items():
            names = [name for name in TABLES[table].names if name in rows[0]]
            schema = pa.schema([(name, ARROW[TABLES[table].column(name).type]) for name in names])
            batch.append(table, pa.Table.from_pylist(rows, schema=schema))
    return lake
