"""Whose score it is: one contact, several people who worked on it, and a declared rule that divides the score."""

from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from klankbord.errors import OptionError
from klankbord.fairness.levels import codes_of
from klankbord.frames import Column, Floats, Ints

Rule = Literal["equal", "talk", "last"]
RULES: dict[Rule, str] = {
    "equal": "a contact's score counts in equal parts for everybody who handled it",
    "talk": "a contact's score counts for everybody who handled it by the time that they talked",
    "last": "a contact's score counts for whoever handled it last",
}


def check_rule(rule: str) -> None:
    """Refuse a rule that is not there.

    Raises
    ------
    OptionError
        When it is none of `RULES`.
    """
    if rule not in get_args(Rule):
        raise OptionError(
            f"there is no rule {rule!r} for shared contacts", hint=f"rules: {', '.join(RULES)}", rule=rule
        )


def share(
    contacts: Column,
    units: Ints,
    scores: Floats,
    *,
    rule: Rule,
    order: Floats | None = None,
    talk: Floats | None = None,
) -> tuple[NDArray[np.bool_], Floats, Floats]:
    """Divide the score of each contact over the units that handled its legs.

    Parameters
    ----------
    contacts : column, shape (n,)
        Contact that each leg is part of; a leg without one is a contact of its own.
    units : ndarray of int, shape (n,)
        Who handled each leg; below zero where that is not known.
    scores : ndarray, shape (n,)
        Score that was given after a leg, NaN where there is none; of several the one of the last leg counts.
    rule : {"equal", "talk", "last"}
        How it is divided.
    order : ndarray, shape (n,), optional
        Which leg came first; the order of the rows without.
    talk : ndarray, shape (n,), optional
        Seconds that each leg was talked; needed by the rule of that name.

    Returns
    -------
    rows : ndarray of bool, shape (n,)
        Legs that bear a share: of each unit in a contact its last.
    scores, shares : ndarray, each of shape (n,)
        The contact's score and the leg's share of it; the shares of a contact add up to 1 where anybody is known.

    Raises
    ------
    OptionError
        When there is no such rule, or it needs talk times that were not given.

    Examples
    --------
    >>> legs, units = ["c1", "c1", "c2"], np.array([0, 1, 1])
    >>> share(legs, units, np.array([np.nan, 9.0, 3.0]), rule="equal")
    (array([ True,  True,  True]), array([9., 9., 3.]), array([0.5, 0.5, 1. ]))
    >>> share(legs, units, np.array([np.nan, 9.0, 3.0]), rule="last")[2]
    array([0., 1., 1.])
    """
    check_rule(rule)
    if rule == "talk" and talk is None:
        raise OptionError("to divide a score by talk time, talk times are needed", hint="name the column of seconds")
    count = len(units)
    codes, names = codes_of(contacts)
    if None in names:
        alone = codes == names.index(None)
        codes = np.where(alone, len(names) + np.arange(count), codes)
    place = np.arange(count) if order is None else np.lexsort((np.arange(count), np.nan_to_num(order)))
    shared = _last_given(codes[place], scores[place])
    told = np.empty(count)
    told[place] = shared
    bears = np.zeros(count, dtype=bool)
    kept = place[(units[place] >= 0) & ~np.isnan(shared)]
    # The last leg of each pair of contact and unit stands for all of them.
    pairs = codes[kept] * (int(units.max(initial=0)) + 1) + units[kept]
    _, ends, which = np.unique(pairs[::-1], return_index=True, return_inverse=True)
    legs = kept[::-1][ends]
    bears[legs] = True
    talked = None if talk is None else np.bincount(which, np.nan_to_num(talk)[kept[::-1]]).astype(np.float64)
    parts = _parts(rule, codes, legs, ends, talked)
    shares = np.zeros(count)
    shares[legs] = parts
    return bears & (shares > 0), told, shares


def _last_given(codes: Ints, scores: Floats) -> Floats:
    """Return for every leg the last score that its contact was given, in the order of the legs."""
    given = np.flatnonzero(~np.isnan(scores))
    last = np.full(int(codes.max(initial=-1)) + 1, np.nan)
    last[codes[given]] = scores[given]  # of several the one assigned last stays
    return last[codes]


def _parts(rule: Rule, codes: Ints, legs: Ints, ends: Ints, talked: Floats | None) -> Floats:
    _, contact = np.unique(codes[legs], return_inverse=True)
    if rule == "last":
        # `ends` count from the back: within a contact the smallest is the leg that came last.
        nearest = np.full(int(contact.max(initial=-1)) + 1, np.iinfo(np.int64).max)
        np.minimum.at(nearest, contact, ends)
        whole: Floats = (ends == nearest[contact]).astype(np.float64)
        return whole
    equal: Floats = np.divide(1.0, np.bincount(contact)[contact])
    if rule == "equal" or talked is None:
        return equal
    total = np.bincount(contact, talked)[contact]
    # Where nobody's time is known, nobody is known to have done more.
    known = total > 0
    equal[known] = talked[known] / total[known]
    return equal
