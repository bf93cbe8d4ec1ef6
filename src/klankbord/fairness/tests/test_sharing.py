"""Shared contacts: every score is given away once, by the declared rule, whatever the order of the legs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klankbord.errors import OptionError
from klankbord.fairness import RULES
from klankbord.fairness.sharing import share

LEGS = ["c1", "c1", "c1", "c2", None, None, "c3"]
UNITS = np.array([0, 1, 0, 2, 0, 1, -1])
SCORES = np.array([np.nan, np.nan, 9.0, 3.0, 7.0, np.nan, 5.0])
TALK = np.array([10.0, 60.0, 20.0, np.nan, 5.0, 5.0, 5.0])


def shares(rule, **options):
    rows, scores, parts = share(LEGS, UNITS, SCORES, rule=rule, **options)
    return [(at, scores[at], round(parts[at], 4)) for at in np.flatnonzero(rows).tolist()]


def test_everybody_of_a_contact_has_an_equal_part_of_its_score():
    assert shares("equal") == [(1, 9.0, 0.5), (2, 9.0, 0.5), (3, 3.0, 1.0), (4, 7.0, 1.0)]


def test_talk_time_divides_the_score_and_where_it_is_unknown_all_are_equal():
    assert shares("talk", talk=TALK) == [(1, 9.0, 0.6667), (2, 9.0, 0.3333), (3, 3.0, 1.0), (4, 7.0, 1.0)]


def test_the_last_one_bears_it_all_by_the_order_of_the_legs():
    assert shares("last") == [(2, 9.0, 1.0), (3, 3.0, 1.0), (4, 7.0, 1.0)]
    assert shares("last", order=np.array([3.0, 9.0, 2.0, 1.0, 1.0, 1.0, 1.0]))[0] == (1, 9.0, 1.0)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(-1, 3), st.integers(0, 10) | st.none()), min_size=1))
def test_the_shares_of_a_contact_add_up_to_one(legs):
    contacts, units, scores = zip(*legs, strict=True)
    units, scores = np.array(units), np.array([np.nan if one is None else one for one in scores], dtype=float)
    known = {contact for contact, unit in zip(contacts, units, strict=True) if unit >= 0}
    scored = {contact for contact, score in zip(contacts, scores, strict=True) if score == score}  # noqa: PLR0124
    for rule in RULES:
        rows, told, parts = share(list(contacts), units, scores, rule=rule, talk=np.arange(len(legs), dtype=float))
        sums = dict.fromkeys(known & scored, 0.0)
        for at in np.flatnonzero(rows):
            sums[contacts[at]] += parts[at]
            last = [
                scores[leg] for leg in range(len(legs)) if contacts[leg] == contacts[at] and scores[leg] == scores[leg]
            ]
            assert told[at] == last[-1]
        assert sums == pytest.approx(dict.fromkeys(sums, 1.0))


def test_a_rule_that_is_not_there_or_lacks_its_times_is_refused():
    with pytest.raises(OptionError):
        shares("most")
    with pytest.raises(OptionError):
        shares("talk")
