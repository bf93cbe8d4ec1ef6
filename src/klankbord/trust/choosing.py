"""Whether contacts were chosen by what could be seen of them: selective inviting, handing on, and shed ratings."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from klankbord.errors import OptionError
from klankbord.frames import Floats
from klankbord.results import Interval, numbered
from klankbord.score.comparison import benjamini_hochberg
from klankbord.score.intervals import normal_quantile
from klankbord.score.planning import detectable
from klankbord.trust.cells import Cells
from klankbord.trust.finding import Finding, not_tested, two_sided
from klankbord.trust.tails import of_counts, of_skewed

Against = Literal["chance", "colleagues"]
_FEWEST = 10  # chosen and not chosen, from which a normal approximation of a permutation serves
_SPREAD = 8  # groups from which their own spread can be judged
_SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """How one kind of choosing is spoken of."""

    code: str
    done: str  # "invited"
    signal: str  # "the agent expected"
    unit: str  # "score points"
    honest: str  # what else would look the same
    side: int = 0  # -1 or 1 where only less or only more than colleagues is telling


CHOICES: Mapping[str, Choice] = MappingProxyType(
    {
        choice.code: choice
        for choice in (
            Choice(
                code="selective_inviting", done="invited", signal="expected score", unit="score points",
                honest="Invitations that a system draws are blind: what shows here is people, or an unnamed rule.",
            ),
            Choice(
                code="inviting_by_handle_time", done="invited", signal="handle time", unit="% longer",
                honest="Long calls can run out of time for an invitation on the line.",
            ),
            Choice(
                code="inviting_rate", done="invited", signal="", unit="% of contacts",
                honest="Customers who come back often are asked less, whoever serves them.",
            ),
            Choice(
                code="transfer_rate", done="handed on", signal="", unit="% of contacts",
                side=1, honest="Newcomers and generalists hand on more, for honest reasons: look there first.",
            ),
            Choice(
                code="selective_transferring", done="handed on", signal="expected score", unit="score points", side=-1,
                honest="Hard contacts are handed on everywhere: what counts is doing so more than others.",
            ),
            Choice(
                code="shed_ratings", done="moved to another", signal="score", unit="score points",
                side=-1, honest="Complaints are moved to specialists on purpose, and complaints score low.",
            ),
        )
    }
)  # fmt: skip
"""The kinds of choosing that are tested for, and what honestly looks the same."""


@dataclass(frozen=True, slots=True)
class _Whole:
    """The difference in all groups together, its error, and how far out it lies."""

    gap: float
    error: float
    z: float

    @classmethod
    def of(cls, excess: float, weight: float, variance: float, third: float) -> "_Whole":
        z = of_skewed(np.array([excess / variance**0.5]), np.array([third / variance**1.5])).item()
        return cls(excess / weight, variance**0.5 / weight, z)


def selection(cells: Cells, kind: str, *, against: Against = "chance", level: float = 0.95) -> Finding:
    """Test whether those who were chosen differ beforehand from those who were not, within each group and stratum.

    Parameters
    ----------
    cells : Cells
        Contacts with their signal, by agent or team and stratum.
    kind : str
        A name of `CHOICES`.
    against : {"chance", "colleagues"}
        Chance, where choosing ought to be blind; colleagues, where everybody chooses, and only more than others do is
        telling.
    level : float
        1 - level is the share of false alarms among the groups that are named.

    Notes
    -----
    Where a signal has a long tail, such as handle time, give its logarithm: the sums are taken as normal.
    The permutation test of a stratified sum: given how many were chosen in each cell, any of its contacts might have
    been. The sum of their signals then has known mean, variance and skewness, and the groups' deviations are added up
    over strata (Cochran, W. G. (1977), *Sampling Techniques*, section 2.5, for the variance without replacement). Tails
    are those of Pearson's type III with that skewness (Mielke and Berry's approximation of permutation tests): scores
    lean to one side, and of ten that chance picked, a normal tail expects too few low ones. Groups are named by
    Benjamini and Hochberg (1995). Against colleagues, deviations are also divided by the spread that honest groups
    have anyhow (Spiegelhalter, D. J. (2005), "Funnel plots for comparing institutional performance", Statistics in
    Medicine 24, 1185-1202).

    Examples
    --------
    >>> import numpy as np
    >>> from klankbord.trust.cells import cells_of
    >>> expected = np.tile([9, 8, 9, 4, 3, 4], 40)
    >>> found = selection(cells_of(["mila"] * 240, expected > 6, signal=expected), "selective_inviting")
    >>> found.state, [group["group"] for group in found.groups]
    ('found', ['mila'])
    """
    choice = _choice(kind)
    rest = cells.n - cells.chosen
    mean = cells.total / np.maximum(cells.n, 1)
    spread = np.maximum(cells.squares - cells.total * mean, 0) / np.maximum(cells.n - 1, 1)
    weight = cells.chosen * rest / np.maximum(cells.n, 1)
    weights, excess = cells.summed(weight), cells.summed(cells.chosen_total - cells.chosen * mean)
    variance = cells.summed(weight * spread)
    enough = (cells.summed(np.minimum(cells.chosen, rest)) >= _FEWEST) & (variance > 0)
    if not enough.any():
        return not_tested(
            kind, f"no group has {_FEWEST} contacts that were {choice.done} and as many not", needs="more"
        )
    gap = excess / np.maximum(weights, 1e-300)
    error = np.sqrt(variance) / np.maximum(weights, 1e-300)
    third = np.where(enough, cells.summed(_third_moments(cells, mean)), 0.0)
    whole = _Whole.of(*(float(part[enough].sum()) for part in (excess, weights, variance, third)))
    apart = (gap - whole.gap if against == "colleagues" else gap) / np.maximum(error, 1e-300)
    z = of_skewed(apart, third / np.where(enough, variance, 1.0) ** 1.5)
    if against == "colleagues":
        z = _among(z, enough)
    return _told(cells, choice, gap, error, z, enough, whole, against, level)


def rates(cells: Cells, kind: str, *, level: float = 0.95) -> Finding:
    """Test whether groups choose more or less often than their colleagues in the same strata.

    Parameters
    ----------
    cells : Cells
        Contacts by agent or team and stratum; a signal is not used.
    kind : str
        A name of `CHOICES`.
    level : float
        1 - level is the share of false alarms among the groups that are named.

    Notes
    -----
    Indirect standardisation: each stratum's own rate says how many a group would have chosen. Tails are binomial with
    that mean, which errs to the side of silence where rates differ (Hoeffding 1956). Deviations are divided by the
    spread that groups have anyhow, as in `selection`.

    Examples
    --------
    >>> from klankbord.trust.cells import cells_of
    >>> agents = [agent for agent in range(12) for _ in range(100)]
    >>> chosen = [place % 2 if agent else place < 5 for agent in range(12) for place in range(100)]
    >>> [group["group"] for group in rates(cells_of(agents, chosen), "inviting_rate").groups]
    [0]
    """
    choice = _choice(kind)
    strata = int(cells.stratum.max(initial=0)) + 1
    of = np.bincount(cells.stratum, cells.n, minlength=strata)
    rate = (np.bincount(cells.stratum, cells.chosen, minlength=strata) / np.maximum(of, 1))[cells.stratum]
    expected, variance = cells.summed(cells.n * rate), cells.summed(cells.n * rate * (1 - rate))
    n = cells.summed(cells.n)
    enough = (np.minimum(expected, n - expected) >= _FEWEST / 2) & (variance > 0)
    if enough.sum() < 2:
        return not_tested(kind, "there are no two groups with enough contacts to compare", needs="two groups")
    gap = 100 * (cells.summed(cells.chosen) - expected) / np.maximum(n, 1)
    error = 100 * np.sqrt(variance) / np.maximum(n, 1)
    z = _among(of_counts(cells.summed(cells.chosen), n, expected), enough)
    return _told(cells, choice, gap, error, z, enough, None, "colleagues", level)


def _third_moments(cells: Cells, mean: Floats) -> Floats:
    """Return the third central moment of the sum of the chosen in each cell, drawn without replacement."""
    n, k = cells.n, cells.chosen
    third = cells.cubes - 3 * mean * cells.squares + 3 * mean**2 * cells.total - n * mean**3
    moments: Floats = k * (n - k) * (n - 2 * k) / np.maximum(n * (n - 1) * (n - 2), 1) * third
    return moments


def _choice(kind: str) -> Choice:
    if kind not in CHOICES:
        raise OptionError(f"there is no test {kind!r}", hint=f"tests: {', '.join(CHOICES)}", test=kind)
    return CHOICES[kind]


def _among(z: Floats, enough: NDArray[np.bool_]) -> Floats:
    """Divide by the spread of the groups themselves, where there are groups enough to know it."""
    known = z[enough]
    if known.size < _SPREAD:
        return z
    low, high = np.quantile(known, [0.1, 0.9])
    # Pulling in a tenth on either side makes the spread of normal deviations .73 of what it is.
    extra = float(np.mean(np.clip(known, low, high) ** 2)) / 0.73
    apart: Floats = z / np.sqrt(max(extra, 1.0))
    return apart


def _told(
    cells: Cells,
    choice: Choice,
    gap: Floats,
    error: Floats,
    z: Floats,
    enough: NDArray[np.bool_],
    whole: _Whole | None,
    against: Against,
    level: float,
) -> Finding:
    places = np.flatnonzero(enough)
    # The look at all together is one look more: with it among them, chance alone finds anything in 1 - level of worlds.
    looks = [_chance(one, choice.side) for one in z[places].tolist()]
    together = _chance(whole.z, choice.side) if whole and against == "chance" else 1.0
    overall, *adjusted = benjamini_hochberg(np.array([together, *looks])).tolist()
    named = sorted(
        ((p, place) for p, place in zip(adjusted, places.tolist(), strict=True) if p <= 1 - level),
        key=lambda pair: (pair[0], -abs(gap[pair[1]])),
    )
    n, total = cells.summed(cells.n), cells.n.sum()
    # What an agent of usual size must do to be named among so many: the strictest look that is made.
    seen = detectable(float(np.median(error[places])), level=1 - (1 - level) / max(len(places), 1))
    value = whole.gap if whole else (float(gap[named[0][1]]) if named else 0.0)
    half = normal_quantile(level) * whole.error if whole else 0.0
    return Finding(
        question={"test": choice.code, "against": against, "level": level, "groups": len(places)},
        code=choice.code,
        state="found" if named or overall <= 1 - level else "nothing seen",
        effect=value,
        unit=choice.unit,
        interval=Interval(low=value - half, high=value + half, level=level) if whole else None,
        p_value=min(overall, *adjusted),
        n=int(total),
        touched=float(n[[place for _, place in named]].sum() / total) if named else 0.0,
        conclusion=_conclusion(choice, named, cells, gap, whole if overall <= 1 - level else None, len(places)),
        limits=f"{choice.honest} A group of usual size, one of {len(places):,}, would be named 4 times in 5 from "
        f"{seen:.1f} {choice.unit} on.",
        groups=[
            _row(cells, place, p, float(gap[place]), normal_quantile(level) * float(error[place]))
            for p, place in named[:_SHOWN]
        ],
    )


def _row(cells: Cells, place: int, p: float, gap: float, half: float) -> dict[str, object]:
    n = int(cells.summed(cells.n)[place])
    low, high = gap - half, gap + half
    return {"group": cells.groups[place], "n": n, "difference": gap, "low": low, "high": high, "p_adjusted": p}


def _chance(z: float, side: int) -> float:
    both = two_sided(z)
    return both if not side else (both / 2 if z * side > 0 else 1 - both / 2)


def _conclusion(
    choice: Choice,
    named: list[tuple[float, int]],
    cells: Cells,
    gap: Floats,
    whole: _Whole | None,
    groups: int,
) -> str:
    what = f"differ in {choice.signal}" if choice.signal else "differ in number from what colleagues do"
    said = []
    if whole:
        said.append(f"those who were {choice.done} {what} from the others by {whole.gap:+z.2f} {choice.unit}")
    if named:
        most = named[0][1]
        stand = "stands" if len(named) == 1 else "stand"
        said.append(
            f"{len(named):,} of {groups:,} groups {stand} apart, most of all {cells.groups[most]} "
            f"({gap[most]:+z.1f} {choice.unit})"
        )
    if not said:
        return f"Nothing seen: {numbered(groups, 'group')}, and no sign that those who were {choice.done} {what}."
    text = "; ".join(said)
    return f"{text[0].upper()}{text[1:]}."
