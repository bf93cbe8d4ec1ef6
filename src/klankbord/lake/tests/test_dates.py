"""Moments: one way of writing a file, local to its zone, and what is written otherwise is listed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klankbord.errors import DataError, OptionError
from klankbord.lake import read


@pytest.fixture
def answers(tmp_path):
    def write(*dates, **options):
        path = tmp_path / "answers.csv"
        path.write_text("score,date\n" + "".join(f'9,"{date}"\n' for date in dates), encoding="utf-8")
        return read(path, **options)

    return write


def moments(responses):
    return [row["answered_at"] for row in responses.records()]


AT = datetime(2026, 11, 20, 10, 31, 4, tzinfo=UTC)
MINUTE = AT.replace(second=0)
DAY = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-11-20T10:31:04Z", AT),
        ("2026-11-20T10:31:04.000Z", AT),
        ("2026-11-20T11:31:04+01:00", AT),
        ("2026-11-20T11:31:04+0100", AT),
        ("2026-11-20 11:31:04 +0100", AT),
        ("2026-11-20 05:31:04-05", AT),
        ("2026-11-20 10:31:04 UTC", AT),
        ("2026-11-20 10:31:04", AT),
        ("2026-11-20 10:31", MINUTE),
        ("2026-11-20", DAY),
        (" 2026-11-20 ", DAY),
        ("2026-11-20 10:31:04 AM", AT),
        ("2026/11/20 11:31:04 AM GMT+1", AT),
        ("2026/11/20", DAY),
        ("20-11-2026 10:31:04", AT),
        ("20-11-2026 10:31", MINUTE),
        ("20-11-26", DAY),
        ("20/11/2026, 10:31:04", AT),
        ("20.11.2026 10:31", MINUTE),
        ("11/20/2026 10:31:04 AM", AT),
        ("11/20/26 10:31AM", MINUTE),
        ("20/11/2026 12:05:00 am", DAY + timedelta(minutes=5)),
        ("1795170664", AT),
        ("1795170664.0", AT),
        ("1795170664000", AT),
    ],
)
def test_moments_are_read_as_tools_write_them(answers, written, expected):
    responses = answers(written)
    assert moments(responses) == [expected]
    assert responses.read == responses.kept == 1


def test_moments_without_a_zone_are_local_in_summer_and_winter(answers):
    responses = answers("20-07-2026 10:31:04", "20-11-2026 11:31:04", zone="Europe/Amsterdam")
    assert moments(responses) == [datetime(2026, 7, 20, 8, 31, 4, tzinfo=UTC), AT]
    assert not responses.notices


def test_a_zone_in_the_cell_wins_over_that_of_the_file(answers):
    responses = answers("2026-11-20T10:31:04Z", "2026-11-20 11:31:04", zone="Europe/Amsterdam")
    assert moments(responses) == [AT, AT]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.integers(788_918_400, 3_786_912_000).map(lambda second: AT.fromtimestamp(second, UTC).replace(tzinfo=None)),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from(["Europe/Amsterdam", "America/New_York", "Asia/Kolkata", "UTC"]),
    st.sampled_from(["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%d.%m.%Y %H:%M:%S"]),
)
def test_local_moments_mean_what_python_says(tmp_path_factory, naive, zone, form):
    # Moments that the clocks skip or repeat have no one right reading; a month and a day that are told apart have.
    def plain(moment):
        here = moment.replace(tzinfo=ZoneInfo(zone))
        there_and_back = here.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        return there_and_back == moment and here.utcoffset() == here.replace(fold=1).utcoffset()

    naive = [moment for moment in naive if plain(moment)]
    path = tmp_path_factory.mktemp("dates") / "answers.csv"
    first = AT.replace(tzinfo=None)
    path.write_text("score,date\n" + "".join(f"9,{moment.strftime(form)}\n" for moment in [first, *naive]))
    expected = [moment.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) for moment in [first, *naive]]
    assert moments(read(path, zone=zone)) == expected


def test_no_zone_anywhere_is_said(answers):
    assert [notice.code for notice in answers("2026-11-20 10:31").notices] == ["zone_unknown"]
    assert not answers("2026-11-20").notices
    assert not answers("2026-11-20T10:31Z").notices


def test_days_above_twelve_tell_the_order(answers):
    assert moments(answers("03/04/2026", "25/04/2026"))[0] == datetime(2026, 4, 3, tzinfo=UTC)
    assert moments(answers("03/04/2026", "04/25/2026"))[0] == datetime(2026, 3, 4, tzinfo=UTC)


def test_a_telling_day_late_in_a_large_file_is_found(answers):
    responses = answers(*["03/04/2026"] * 9000, "04/25/2026", *["03/04/2026"] * 9)
    assert responses.kept == 9010
    assert responses.first_at == datetime(2026, 3, 4, tzinfo=UTC)


def test_an_order_that_nothing_tells_is_day_first_with_a_notice(answers):
    responses = answers("03/04/2026", "05/06/2026")
    assert moments(responses)[0] == datetime(2026, 4, 3, tzinfo=UTC)
    assert [notice.code for notice in responses.notices] == ["day_or_month"]
    assert "03/04/2026" in responses.notices[0].message


def test_rows_of_a_second_format_are_listed(answers):
    responses = answers("20-11-2026", "21-11-2026", "11/22/2026", "23-11-2026", "11-24-2026", "gisteren", "")
    assert [(drop.reason, drop.rows, drop.examples) for drop in responses.drops] == [
        ("date_unreadable", (4, 6, 7), ("11/22/2026", "11-24-2026", "gisteren"))
    ]
    assert moments(responses)[-1] is None


@pytest.mark.parametrize("far", ["0001-01-01", "9999-12-31", "infinity", "2226-11-20", "1970-01-01"])
def test_years_that_cannot_be_are_unreadable(answers, far):
    assert [drop.rows for drop in answers("2026-11-20", far, "2026-11-21").drops] == [(3,)]


def test_a_date_column_that_the_user_names_must_hold_dates(answers):
    with pytest.raises(DataError, match=r"no date in column 'date' can be read, for example 'soon'"):
        answers("soon", "later", date="date")


def test_an_unknown_zone_names_the_nearest(answers):
    with pytest.raises(OptionError) as caught:
        answers("2026-11-20", zone="Europe/Amsterdm")
    assert caught.value.hint == "did you mean Europe/Amsterdam?"
