from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klankbord.charts.formats import LOCALES, Formats
from klankbord.errors import OptionError


@pytest.mark.parametrize(
    ("language", "count", "percent", "day"),
    [
        ("en", "1,204", "95%", "1 March 2026"),
        ("nl", "1.204", "95%", "1 maart 2026"),
        ("fr", "1\u202f204", "95\xa0%", "1er mars 2026"),
        ("de", "1.204", "95\xa0%", "1. März 2026"),
    ],
)
def test_numbers_and_dates_follow_the_language(language, count, percent, day):
    formats = Formats(language=language)
    assert formats.count(1204) == count
    assert formats.percent(0.95) == percent
    assert formats.day(date(2026, 3, 1)) == day


def test_french_ordinal_on_the_first_only():
    formats = Formats(language="fr")
    assert formats.day(date(2026, 3, 11)) == "11 mars 2026"
    assert formats.day(date(2026, 3, 1), year=False) == "1er mars"


@pytest.mark.parametrize("language", LOCALES)
def test_day_without_year_has_no_year(language):
    assert "2026" not in Formats(language=language).day(date(2026, 3, 12), year=False)
    assert "2026" not in Formats(language=language).month(date(2026, 3, 12), year=False)


@pytest.mark.parametrize(
    ("value", "written"), [(31.4, "+31"), (-4.2, "−4"), (0.0, "0"), (-0.4, "0"), (30.5, "+31"), (-30.5, "−31")]
)
def test_score_is_signed_and_rounds_halves_away_from_zero(value, written):
    assert Formats(language="en").score(value) == written


def test_score_of_a_share_is_a_percentage():
    assert Formats(language="de", share=True).score(84.4) == "84\xa0%"


def test_small_distance_is_not_hidden_by_rounding():
    formats = Formats(language="nl")
    assert (formats.distance(0.34), formats.distance(0.01), formats.distance(-3.6)) == ("0,3", "0,1", "4")


@given(value=st.floats(-100, 100), language=st.sampled_from(sorted(LOCALES)))
def test_score_never_has_a_hyphen_for_a_minus(value, language):
    written = Formats(language=language).score(value)
    assert "-" not in written
    assert ("−" in written) == (value <= -0.5)


def test_language_unknown():
    with pytest.raises(OptionError) as caught:
        Formats(language="es")
    assert "nl" in (caught.value.hint or "")


@pytest.mark.parametrize("language", LOCALES)
def test_vega_writes_numbers_as_we_do(language):
    formats = Formats(language=language)
    locale = formats.vega_numbers()
    assert f"1{locale['thousands']}204" == formats.count(1204)
    assert f"95{locale['percent']}" == formats.percent(0.95)
    assert locale["minus"] == "−"
