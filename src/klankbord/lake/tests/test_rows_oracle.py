"""Rows straight in, with no more months said than the contract wants, end as a plain loop over everything would."""

from datetime import UTC, datetime, timedelta
from itertools import groupby, pairwise

import pyarrow as pa
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from klankbord.lake import Lake, bring_rows
from klankbord.lake.engine import connect
from klankbord.lake.upkeep import verify

START = datetime(2026, 1, 1, tzinfo=UTC)
INSTANT = pa.timestamp("us", "UTC")
CONTACTS = {
    "source": pa.string(), "external_id": pa.string(), "conversation": pa.string(), "customer": pa.string(),
    "started_at": INSTANT, "ended_at": INSTANT, "touchpoint": pa.string(), "team": pa.string(),
}  # fmt: skip
RESPONSES = {
    "source": pa.string(), "external_id": pa.string(), "metric": pa.string(), "contact_source": pa.string(),
    "contact": pa.string(), "score": pa.int16(), "answered_at": INSTANT,
}  # fmt: skip

talks = st.tuples(
    st.integers(0, 5),  # which conversation; the same number again is a correction
    st.integers(0, 2),  # customer
    st.integers(0, 150 * 4),  # quarter of a day in which it begins
    st.sampled_from(["invoice", "move", None]),
    st.sampled_from(["Ghent", "Liège"]),
)
answers = st.tuples(
    st.integers(0, 4),  # which answer
    st.integers(0, 5),  # conversation
    st.integers(0, 1),  # leg
    st.integers(0, 10),  # score
    st.integers(0, 40 * 24),  # hours after the conversation began
)
portions = st.lists(
    st.tuples(
        st.lists(talks, max_size=4, unique_by=lambda one: one[0]),
        st.lists(answers, max_size=3, unique_by=lambda one: one[0]),
        st.sets(st.integers(0, 5), max_size=1),  # conversations that are gone
        st.sets(st.integers(0, 4), max_size=1),  # answers that are gone
    ),
    min_size=1,
    max_size=5,
)


def legs_of(number, customer, quarter, touchpoint, team):
    """Conversations with an even number have two legs; no two begin at the same time."""
    for leg in range(2 - number % 2):
        begun = START + timedelta(hours=6 * quarter + number, minutes=10 * leg)
        yield {
            "source": "test",
            "external_id": f"{number}-{leg}",
            "conversation": str(number),
            "customer": f"c{customer}",
            "started_at": begun,
            "ended_at": begun + timedelta(minutes=9),
            "touchpoint": touchpoint,
            "team": team,
        }


class Register:
    """What a program knows, and the months in which it knows its rows to be."""

    def __init__(self, lake):
        self.lake, self.contacts, self.answers = lake, {}, {}

    def bring(self, some_talks, some_answers, gone_talks, gone_answers):
        contacts = {row["external_id"]: row for talk in some_talks for row in legs_of(*talk)}
        gone = {key for key, row in self.contacts.items() if int(row["conversation"]) in gone_talks} - contacts.keys()
        known = self.contacts | contacts
        responses = {}
        for number, talk, leg, score, later in some_answers:
            contact = f"{talk}-{leg}"
            if contact in known and contact not in gone:
                moment = known[contact]["started_at"] + timedelta(hours=later)
                responses[f"r{number}"] = {
                    "source": "test", "external_id": f"r{number}", "metric": "nps", "contact_source": "test",
                    "contact": contact, "score": score, "answered_at": moment,
                }  # fmt: skip
        lost = {key for key in self.answers if int(key[1:]) in gone_answers} - responses.keys()
        months = self._months({*contacts, *gone}, {*responses, *lost}, {row["contact"] for row in responses.values()})
        report = bring_rows(
            self.lake,
            contacts=pa.Table.from_pylist(list(contacts.values()), schema=pa.schema(CONTACTS)),
            responses=pa.Table.from_pylist(list(responses.values()), schema=pa.schema(RESPONSES)),
            gone={
                "contacts": [("test", key) for key in gone],
                "responses": [("test", key, "nps") for key in lost],
            },
            months=months,
        )
        self.contacts = {key: row for key, row in known.items() if key not in gone}
        self.answers = {key: row for key, row in (self.answers | responses).items() if key not in lost}
        return report

    def _months(self, contacts, answers, about):
        """Return where these rows were, and where the contacts of these answers and the answers of contacts are."""
        own = [self.answers[key] for key in answers if key in self.answers]
        # A contact that loses its answer may get back the score of another one.
        left = {row["contact"] for row in own} | contacts
        others = [row for row in self.answers.values() if row["contact"] in left]
        moments = [row["answered_at"] for row in others]
        moments += [self.contacts[key]["started_at"] for key in left | about if key in self.contacts]
        return {f"{moment:%Y-%m}" for moment in moments}

    def threads(self):
        """Walk through each customer's conversations in time, as one would by hand."""
        told = {}
        by_talk = [list(legs) for _, legs in groupby(self.contacts.values(), lambda row: row["conversation"])]
        for customer in {row["customer"] for row in self.contacts.values()}:
            own = sorted(
                (legs[0]["started_at"], legs[-1]["ended_at"], legs[0]["touchpoint"], legs)
                for legs in by_talk
                if legs[0]["customer"] == customer
            )
            step, before, found = 0, None, []
            for begun, ended, touchpoint, legs in own:
                goes_on = before is not None and begun - before[0] <= timedelta(days=14)
                step = step + 1 if goes_on else 1
                found.append((legs, step, before[1] if goes_on else None, begun, ended))
                before = (ended, touchpoint)
            for (legs, number, previous, _, ended), later in pairwise([*found, None]):
                gap = later and later[3] - ended
                after = max(0, int(gap.total_seconds())) if gap is not None and gap <= timedelta(days=30) else None
                told |= {leg["external_id"]: (number, previous, after) for leg in legs}
        return told

    def scores(self):
        """Return the newest answer about each contact."""
        newest = sorted(
            (row for row in self.answers.values() if row["contact"] in self.contacts),
            key=lambda row: (row["answered_at"], row["external_id"]),
        )
        at = {row["contact"]: row["answered_at"] for row in newest}
        return {
            key: {row["score"] for row in newest if (row["contact"], row["answered_at"]) == (key, at[key])}
            for key in at
        }


def ask(lake, columns, table):
    with connect() as engine:
        return engine.execute(f"select {columns} from {lake.snapshot().relation(table)}").fetchall()


@given(portions=portions)
# A failing example is short as it comes, and shrinking it would write lakes for many minutes.
@settings(max_examples=12, deadline=None, phases=(Phase.explicit, Phase.generate))
def test_the_lake_ends_as_a_plain_loop_over_everything_says(tmp_path_factory, portions):
    lake = Lake.create(tmp_path_factory.mktemp("lakes") / "lake", key=b"a key for the tests")
    register = Register(lake)
    for portion in portions:
        register.bring(*portion)
    kept = ask(lake, "external_id, step, previous_touchpoint, next_contact_after_s", "contacts")
    assert {row[0]: row[1:] for row in kept} == register.threads()
    assert len(kept) == len(register.contacts)
    scored = {key: score for key, score, is_scored in ask(lake, "external_id, score, scored", "contacts") if is_scored}
    expected = register.scores()
    assert scored.keys() == expected.keys()
    assert all(score in expected[key] for key, score in scored.items())
    told = {key: rest for key, *rest in ask(lake, "external_id, contact_source, contact, team, score", "responses")}
    assert told.keys() == register.answers.keys()
    for key, (source, contact, team, score) in told.items():
        row = register.answers[key]
        assert (contact, score) == (row["contact"], row["score"])
        assert (source is not None) == (contact in register.contacts)
        if source:
            assert team == register.contacts[contact]["team"]
    assert all(finding.well for finding in verify(lake) if not finding.harmless)
