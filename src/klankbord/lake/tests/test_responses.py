"""What was read answers questions: counts by group and period, records, frames, profiles and comments."""

import random
from datetime import UTC, date, datetime, timedelta

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klankbord.errors import ColumnError, OptionError
from klankbord.frames import Tallying, tally
from klankbord.lake import read
from klankbord.score import nps, score, trend

TEXT = """response_id,score,date,comment,Team,agent,status,size
r1,9,2026-10-31 23:30:00,Fast and friendly,north,mila,sent,1
r2,0,2026-11-01 00:30:00,Nobody called me back,south,,sent,2
r3,10,2026-11-02 10:00:00,,north,jan,sent,
r4,,2026-11-03 10:00:00,,south,jan,sent,4
r5,7,,ok,,jan,sent,5
"""


@pytest.fixture
def responses(tmp_path):
    path = tmp_path / "answers.csv"
    path.write_text(TEXT)
    return read(path, zone="America/New_York")


def test_answers_show_themselves_without_showing_anybody(responses):
    assert repr(responses).startswith("<Responses answers.csv: a table, NPS on 0 to 10; 5 rows read, 4 kept; 1 dropped")
    page = responses._repr_html_()
    assert "<th>comment</th>" in page
    assert "jan" not in page


def test_what_was_read_is_told(responses):
    assert (responses.read, responses.kept, responses.partial) == (5, 4, 0)
    assert (responses.source, responses.paths, responses.delimiter) == ("generic", ("answers.csv",), ",")
    assert responses.columns == ("Team", "raw.status", "size")
    assert responses.first_at == datetime(2026, 11, 1, 3, 30, tzinfo=UTC)
    assert responses.last_at == datetime(2026, 11, 2, 15, tzinfo=UTC)


def test_groups_are_counted_as_frames_count_them(responses):
    counted = responses.tally(("Team", "agent"))
    framed = tally(
        {
            "score": [9, 0, 10, None, 7],
            "Team": ["north", "south", "north", "south", None],
            "agent": ["mila", "", "jan", "jan", "jan"],
        },
        by=("Team", "agent"),
    )
    assert (counted.by, counted.keys, counted.skipped) == (framed.by, framed.keys, framed.skipped)
    np.testing.assert_array_equal(counted.values, framed.values)
    np.testing.assert_array_equal(counted.counts, framed.counts)
    np.testing.assert_array_equal(counted.answers, framed.answers)
    np.testing.assert_array_equal(counted.squares, framed.squares)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 10), st.sampled_from(["a", "B", "é", ""]), st.integers(0, 400)),
        min_size=1,
        max_size=40,
    ),
    st.sampled_from(["day", "week", "month", "quarter", "year"]),
)
def test_periods_and_groups_are_those_of_frames(tmp_path_factory, answers, every):
    path = tmp_path_factory.mktemp("tally") / "answers.csv"
    days = [date(2025, 12, 25) + timedelta(days) for _, _, days in answers]
    rows = [f"{given},{team},{day}" for (given, team, _), day in zip(answers, days, strict=True)]
    path.write_text("\n".join(["score,team,date", *rows]) + "\n")
    counted = read(path).tally(("team",), every=every)
    columns = {"score": [a for a, _, _ in answers], "team": [b for _, b, _ in answers], "date": days}
    framed = tally(columns, by="team", every=every)
    assert (counted.by, counted.keys) == (framed.by, framed.keys)
    np.testing.assert_array_equal(counted.values, framed.values)
    np.testing.assert_array_equal(counted.counts, framed.counts)


def test_periods_are_cut_by_the_clock_of_the_file(responses):
    keys = responses.tally(every="month").keys
    assert keys == ((date(2026, 10, 1),), (date(2026, 11, 1),), (None,))


def test_an_import_is_scored_like_any_data(responses):
    assert isinstance(responses, Tallying)
    assert nps(responses).n == 4
    assert score(responses, by="team").keys == (("north",), ("south",), (None,))
    assert len(trend(responses, every="month").periods) == 2


def test_a_dimension_is_found_in_any_case_and_a_wrong_one_names_the_nearest(responses):
    assert responses.tally(("TEAM",)).by == ("Team",)
    with pytest.raises(ColumnError) as caught:
        responses.tally(("Tem",))
    assert str(caught.value.hint).startswith("did you mean 'Team'?")


def test_a_canonical_name_goes_before_a_column_of_that_name(responses):
    assert responses.tally(("status",)).keys == (("complete",),)
    assert responses.tally(("raw.status",)).keys == (("sent",),)
    assert responses.query(f"select distinct {responses.dimension('size')} from responses order by all") == [
        ("1",),
        ("2",),
        ("5",),
        (None,),
    ]


def test_a_field_that_the_file_has_not_is_no_dimension(responses):
    with pytest.raises(ColumnError):
        responses.dimension("channel")


def test_an_unknown_period_and_a_file_without_dates_are_refused(responses, tmp_path):
    with pytest.raises(OptionError, match="there is no period 'fortnight'"):
        responses.tally(every="fortnight")
    (tmp_path / "bare.csv").write_text("score\n9\n3\n")
    with pytest.raises(OptionError, match="the answers have no dates"):
        read(tmp_path / "bare.csv").tally(every="month")


def test_records_hold_the_canonical_row_and_the_raw_one(responses):
    first, *_, last = responses.records()
    assert first == {
        "source": "generic",
        "row": 2,
        "file": 0,
        "external_id": "r1",
        "score": 9,
        "comment": "Fast and friendly",
        "answered_at": datetime(2026, 11, 1, 3, 30, tzinfo=UTC),
        "updated_at": None,
        "respondent": None,
        "contact": None,
        "agent": "mila",
        "channel": None,
        "language": None,
        "survey": None,
        "metric": "nps",
        "status": "complete",
        "scale": [0, 10],
        "zone": "America/New_York",
        "raw": dict(zip(TEXT.splitlines()[0].split(","), TEXT.splitlines()[1].split(","), strict=True)),
    }
    assert last["row"] == 6
    assert len(list(responses.records(limit=2))) == 2


@pytest.mark.parametrize("backend", ["polars", "pandas", "pyarrow"])
def test_a_data_frame_holds_the_answers_that_count(responses, backend):
    import narwhals as nw

    frame = nw.from_native(responses.to_frame(backend), eager_only=True)
    assert frame["score"].to_list() == [9, 0, 10, 7]
    assert frame["Team"].to_list()[:3] == ["north", "south", "north"]
    assert frame["Team"].null_count() == 1
    assert {"status", "raw.status"} <= set(frame.columns)


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_csv('/etc/hostname')",
        "copy responses to '/tmp/out.csv'",
        "set enable_external_access = true",
    ],
)
def test_a_query_reaches_nothing_outside(responses, sql):
    with pytest.raises(duckdb.Error):
        responses.query(sql)


def test_a_query_takes_parameters_and_sees_what_counts(responses):
    assert responses.query("select count(*) from responses where score >= ?", [9]) == [(2,)]


def test_columns_are_profiled(responses):
    profiles = {profile.name: profile for profile in responses.profile()}
    assert list(profiles) == ["agent", "Team", "raw.status", "size"]
    assert (profiles["Team"].distinct, profiles["Team"].filled, profiles["Team"].unique) == (2, 0.75, False)
    assert (profiles["size"].unique, profiles["size"].median_length) == (True, 1.0)
    assert profiles["agent"].median_length == 3.0


def test_profiles_are_exact_for_few_values_and_near_for_many(tmp_path):
    path = tmp_path / "answers.csv"
    chance = random.Random(1)
    rows = [f"{n % 11},{n},{chance.randrange(1500)},{chance.randrange(15_000)}\n" for n in range(30_000)]
    path.write_text("score,key,some,many\n" + "".join(rows))
    profiles = {profile.name: profile for profile in read(path).profile()}
    true = [len({row.split(",")[column].strip() for row in rows}) for column in (1, 2, 3)]
    assert (profiles["key"].distinct, profiles["key"].unique) == (true[0], True)
    assert profiles["some"].distinct == true[1]
    assert profiles["many"].distinct == pytest.approx(true[2], rel=0.1)


@pytest.fixture
def talkative(tmp_path):
    path = tmp_path / "answers.csv"
    chance = random.Random(2)
    rows = []
    for n in range(3000):
        words = " ".join(chance.choices(["help", "slow", "kind", "again", "never", "called"], k=chance.randrange(60)))
        rows.append(f"{chance.randrange(11)},2026-{1 + n // 500:02}-{1 + n % 28:02},{words}\n")
    path.write_text("score,date,comment\n" + "".join(rows))
    return read(path)


def test_comments_are_of_their_kind_spread_over_time_and_always_the_same(talkative):
    for kind, levels in {"good": {9, 10}, "neutral": {7, 8}, "bad": set(range(7))}.items():
        chosen = talkative.comments(kind, 12)
        assert len(chosen) == 12
        assert {comment.score for comment in chosen} <= levels
        assert {comment.answered_at.month for comment in chosen} == {1, 2, 3, 4, 5, 6}
        assert min(len(comment.comment) for comment in chosen) > 150
        assert chosen == talkative.comments(kind, 12)
        assert {comment.answered_at.month for comment in talkative.comments(kind, 6)} == {1, 2, 3, 4, 5, 6}


def test_the_same_words_are_shown_once(tmp_path):
    path = tmp_path / "answers.csv"
    path.write_text("score,comment\n" + "9,Snel geholpen door de medewerker\n" * 50 + "9,prima\n")
    assert [comment.comment for comment in read(path).comments("good")] == ["Snel geholpen door de medewerker", "prima"]


def test_where_no_answer_is_bad_those_that_are_not_good_stand_in(tmp_path):
    path = tmp_path / "answers.csv"
    path.write_text("csat,comment\n5,very well done\n3,it could be better\n1,never again\n")
    responses = read(path)
    assert [comment.score for comment in responses.comments("bad")] == [3, 1]
    assert responses.comments("good", 0) == ()
