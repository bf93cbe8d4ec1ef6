"""The thread through a customer's contacts is what a plain loop finds, in whatever portions the contacts come in."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from klankbord.lake import Lake
from klankbord.lake.engine import connect
from klankbord.lake.importing.contact_rows import bring_contacts
from klankbord.lake.store import Key

KEY = Key(b"a key for the tests")
START = datetime(2026, 1, 1, tzinfo=UTC)
GIVEN = ("source", "external_id", "conversation", "customer", "started_at", "ended_at", "touchpoint", "queue")
MOMENTS = ("started_at", "ended_at")

contacts = st.lists(
    st.tuples(
        st.integers(0, 2),  # customer
        st.integers(0, 100 * 24),  # hour at which the conversation begins
        st.integers(1, 3),  # legs
        st.sampled_from(["invoice", "move", None]),
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda one: one[:2],
)


def rows_of(talks):
    rows = []
    for number, (customer, hour, legs, touchpoint) in enumerate(talks):
        begun = START + timedelta(hours=hour)
        for leg in range(legs):
            from_, until = begun + timedelta(minutes=10 * leg), begun + timedelta(minutes=10 * leg + 9)
            rows.append(
                {
                    "source": "test",
                    "external_id": f"{number}-{leg}",
                    "conversation": str(number),
                    "customer": f"c{customer}",
                    "started_at": from_,
                    "ended_at": until,
                    "touchpoint": touchpoint,
                    "queue": "q",
                }
            )
    return rows


def bring(lake, rows):
    engine = connect()
    kinds = {name: pa.timestamp("us", "UTC") if name in MOMENTS else pa.string() for name in GIVEN}
    given = pa.table({name: pa.array([row[name] for row in rows], kind) for name, kind in kinds.items()})
    engine.register("given", given)
    engine.execute("create table contacts as select * from given")
    with lake.writing() as batch:
        return bring_contacts(engine, GIVEN, batch, KEY)[0]["contacts"]


def threads(lake):
    with connect() as engine:
        found = engine.execute(
            "select external_id, step, previous_touchpoint, next_contact_after_s from "
            + lake.snapshot().relation("contacts")
        ).fetchall()
    return {row[0]: row[1:] for row in found}


def expected(talks):
    """Walk through each customer's conversations in time, as one would by hand."""
    told = {}
    for customer in {talk[0] for talk in talks}:
        own = sorted((talk[1], number, talk) for number, talk in enumerate(talks) if talk[0] == customer)
        found, step, before = [], 0, None
        for hour, number, (_, _, legs, touchpoint) in own:
            begun = START + timedelta(hours=hour)
            goes_on = before is not None and begun - before[0] <= timedelta(days=14)
            step = step + 1 if goes_on else 1
            found.append((number, legs, step, before[1] if goes_on else None, begun))
            before = (begun + timedelta(minutes=10 * legs - 1), touchpoint)
        for (number, legs, step, previous, begun), later in pairwise([*found, None]):
            gap = later and later[4] - (begun + timedelta(minutes=10 * legs - 1))
            after = int(gap.total_seconds()) if gap is not None and gap <= timedelta(days=30) else None
            for leg in range(legs):
                told[f"{number}-{leg}"] = (step, previous, after)
    return told


@given(talks=contacts, order=st.randoms(use_true_random=False), portions=st.integers(1, 4))
@settings(max_examples=25, deadline=None)
def test_the_thread_is_found_however_contacts_come_in(tmp_path_factory, talks, order, portions):
    lake = Lake.create(tmp_path_factory.mktemp("lakes") / "lake", key=b"a key for the tests")
    numbers = list(range(len(talks)))
    order.shuffle(numbers)
    rows = rows_of(talks)
    for portion in range(portions):
        chosen = {str(number) for number in numbers[portion::portions]}
        if part := [row for row in rows if row["conversation"] in chosen]:
            bring(lake, part)
    assert threads(lake) == expected(talks)


def test_bringing_the_same_again_changes_no_file(tmp_path):
    lake = Lake.create(tmp_path / "lake", key=b"a key for the tests")
    rows = rows_of([(0, 5, 2, "move"), (0, 30, 1, None), (1, 900, 1, "invoice")])
    assert bring(lake, rows).new == 4
    files = lake.snapshot().data_files("contacts")
    again = bring(lake, rows)
    assert (again.new, again.changed, again.unchanged) == (0, 0, 4)
    assert lake.snapshot().data_files("contacts") == files


def test_a_contact_without_a_customer_has_no_thread(tmp_path):
    lake = Lake.create(tmp_path / "lake", key=b"a key for the tests")
    (row,) = rows_of([(0, 5, 1, "move")])
    bring(lake, [row | {"customer": None}])
    assert threads(lake) == {"0-0": (None, None, None)}
