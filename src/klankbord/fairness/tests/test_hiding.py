"""The minimum: an attacker who adds and subtracts whatever is shown never gets at fewer people than the minimum."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klankbord.errors import ColumnError, DataError, OptionError
from klankbord.fairness import minimum

MONTHS = ("m1", "m2", "m3")
SPANS = {"month": {"m1": ["m1"], "m2..m3": ["m2", "m3"], "quarter": ["m1", "m2", "m3"], "m1..m2": ["m1", "m2"]}}


def found_out(shown, cells, *, spans=None, own=()):
    """The small groups that linear algebra over everything shown gives away, by trying every small set of cells."""
    keys = [key for key, count in cells.items() if count and key not in own]
    sizes = [cells[key] for key in keys]
    rows = []
    for (names, group), count in shown.counts.items():
        if (names, group) in shown.hidden or not count:
            continue
        rows.append(
            [_holds(dict(zip(names, group, strict=True)), dict(zip(shown.by, key, strict=True)), spans) for key in keys]
        )
    matrix = np.array(rows, dtype=float).reshape(len(rows), len(keys))
    rank = np.linalg.matrix_rank(matrix) if rows else 0
    broken = []
    for size in range(1, shown.least):
        for chosen in combinations(range(len(keys)), size):
            if sum(sizes[at] for at in chosen) < shown.least:
                target = np.zeros(len(keys))
                target[list(chosen)] = 1
                if np.linalg.matrix_rank(np.vstack([matrix, target])) == rank:
                    broken.append([keys[at] for at in chosen])
    return broken


def _holds(group, cell, spans):
    return all(
        cell[name] in spans[name][value] if spans and name in spans else cell[name] == value
        for name, value in group.items()
    )


counts = st.integers(0, 12)


@given(st.lists(st.tuples(st.sampled_from("xyz"), counts), min_size=1, max_size=9), st.integers(3, 7))
def test_teams_within_sites_give_nobody_away(teams, least):
    cells = {(site, f"t{at}"): count for at, (site, count) in enumerate(teams)}
    shown = minimum(cells, by=("site", "team"), least=least)
    assert found_out(shown, cells) == []


@settings(max_examples=60)
@given(st.lists(counts, min_size=12, max_size=12), st.integers(3, 6))
def test_crossed_dimensions_give_nobody_away(people, least):
    cells = dict(zip([(team, channel) for team in "abcd" for channel in "pqr"], people, strict=True))
    shown = minimum(
        cells, by=("team", "channel"), shown=[(), ("team",), ("channel",), ("team", "channel")], least=least
    )
    assert found_out(shown, cells) == []


@settings(max_examples=25)
@given(st.lists(counts, min_size=9, max_size=9))
def test_overlapping_periods_give_nobody_away(people):
    cells = dict(zip([(team, month) for team in "abc" for month in MONTHS], people, strict=True))
    shown = minimum(cells, by=("team", "month"), shown=[("month",), ("team", "month")], spans=SPANS)
    assert found_out(shown, cells, spans=SPANS) == []


@given(st.lists(st.tuples(st.sampled_from("xy"), counts), min_size=2, max_size=8))
def test_a_reader_who_knows_their_own_figures_finds_nobody_else(teams):
    cells = {(site, f"t{at}"): count for at, (site, count) in enumerate(teams)}
    me = next(iter(cells))
    shown = minimum(cells, by=("site", "team"), own=[me])
    assert shown.allows(*me)
    assert found_out(shown, cells, own=[me]) == []


@given(st.dictionaries(st.tuples(st.sampled_from("xyz"), st.integers(0, 5)), st.integers(5, 50), min_size=1))
def test_nothing_is_hidden_where_every_group_is_large_enough(cells):
    assert minimum(cells, by=("site", "team")).hidden == {}


@given(st.lists(st.integers(0, 30), min_size=1, max_size=30), st.integers(3, 9))
def test_of_one_list_no_more_is_hidden_than_must_be(people, least):
    cells = dict(enumerate(people))
    shown = minimum(cells, by="team", least=least)
    hidden = sorted(cells[key[0]] for names, key in shown.hidden if names)
    few = sorted(count for count in people if 0 < count < least)
    larger = sorted(count for count in people if count >= least)
    needed = few + (larger[:1] if few and sum(few) < least else [])
    assert hidden == sorted(needed)


def test_the_next_smallest_of_the_same_site_is_hidden_too():
    cells = {("x", "a"): 3, ("x", "b"): 8, ("x", "c"): 40, ("y", "d"): 6, ("y", "e"): 50}
    shown = minimum(cells, by=("site", "team"))
    assert shown.hidden == {(("site", "team"), ("x", "a")): "few", (("site", "team"), ("x", "b")): "protects"}
    rows = {row["team"]: row for row in shown.records() if row["team"]}
    assert (rows["a"]["n"], rows["b"]["n"], rows["c"]["n"]) == (None, None, 40)


def test_a_month_cannot_be_found_between_two_periods():
    cells = {"m1": 30, "m2": 40, "m3": 2}
    spans = {"month": {"two months": ["m1", "m2"], "quarter": ["m1", "m2", "m3"]}}
    shown = minimum(cells, by="month", shown=[("month",)], spans=spans)
    assert shown.allows("quarter")
    assert not shown.allows("two months")


def test_what_was_not_asked_about_is_not_allowed():
    with pytest.raises(KeyError):
        minimum({"a": 9}, by="team").allows("b")


def test_ten_thousand_agents_in_four_hundred_teams_are_judged():
    rng = np.random.default_rng(3)
    cells = {(f"s{at % 20}", f"t{at % 400}", f"a{at}"): int(rng.integers(0, 60)) for at in range(10_000)}
    shown = minimum(cells, by=("site", "team", "agent"))
    rests = {}
    for (names, key), reason in shown.hidden.items():
        if len(names) == 3:
            assert reason
            rests[key[:2]] = rests.get(key[:2], 0) + shown.counts[names, key]
    assert all(rest == 0 or rest >= 5 for rest in rests.values())
    assert len(shown.hidden) < 1_200


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"least": 2}, OptionError),
        ({"shown": [("queue",)]}, ColumnError),
        ({"spans": {"month": {}}}, ColumnError),
        ({"by": ("team", "site")}, DataError),
        ({"cells": {"a": -1}}, DataError),
    ],
)
def test_what_makes_no_sense_is_refused(options, error):
    with pytest.raises(error):
        minimum(**({"cells": {"a": 9}, "by": "team"} | options))
