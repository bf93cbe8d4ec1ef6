"""What is measured: each score's scale, cut-offs and version, declared once and carried by every result."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from klankbord.errors import OptionError, nearest


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A declared definition of a score: which answers are good, which are bad, and what their difference is called.

    The score is 100 x (share of good answers - share of bad answers); a measure without bad answers is a share from 0
    to 100. A skipped question is never in the denominator.

    Parameters
    ----------
    name : str
        Short name, as in `klankbord ask nps`.
    title : str
        Name as it is shown.
    levels : tuple of int
        The answers that can be given, ascending.
    good, bad : frozenset of int
        Answers that count for and against; the rest are neutral.
    words : tuple of str
        What good, neutral and bad answers are called; without bad answers, what good and other answers are called.
    version : int
        Rises when the definition changes, so that two numbers are never compared across a change in silence.

    Examples
    --------
    >>> NPS.definition()["good"]
    [9, 10]
    """

    name: str
    title: str
    levels: tuple[int, ...]
    good: frozenset[int]
    bad: frozenset[int] = frozenset()
    words: tuple[str, ...] = ("good", "neutral", "bad")
    version: int = 1

    def __post_init__(self) -> None:
        if list(self.levels) != sorted(set(self.levels)) or len(self.levels) < 2:
            raise OptionError(f"the levels of {self.name} must be two or more numbers in ascending order")
        if not self.good or self.good & self.bad or not (self.good | self.bad) <= set(self.levels):
            raise OptionError(f"good and bad answers of {self.name} must be levels, and no answer can be both")
        if len(self.words) != (3 if self.bad else 2):
            raise OptionError(f"{self.name} needs a word for each kind of answer", words=list(self.words))

    @property
    def low(self) -> float:
        """The lowest score that can be: -100, or 0 for a share."""
        return -100.0 if self.bad else 0.0

    def definition(self) -> dict[str, object]:
        """Return the definition as plain data, as results carry it."""
        return {
            "name": self.name,
            "version": self.version,
            "scale": [self.levels[0], self.levels[-1]],
            "good": sorted(self.good),
            "bad": sorted(self.bad),
            "words": list(self.words),
            "skip": "not counted",
        }

    def on_scale(self, scale: Sequence[int]) -> "Measure":
        """Return this measure with the same cut-offs on another scale, for answers that were asked otherwise.

        Raises
        ------
        OptionError
            When good or bad answers would vanish.

        Examples
        --------
        >>> NPS.on_scale((1, 10)).levels[0]
        1
        """
        low, high = scale
        levels = tuple(range(low, high + 1))
        if levels == self.levels:
            return self
        good, bad = self.good & set(levels), self.bad & set(levels)
        if max(self.good) != high or (self.bad and not bad):
            raise OptionError(
                f"{self.title} has no meaning on a scale of {low} to {high}",
                hint="declare your own: Measure(name=..., title=..., levels=..., good=..., bad=...)",
                scale=[low, high],
            )
        return replace(self, levels=levels, good=good, bad=bad)


_PROMOTERS = ("promoters", "passives", "detractors")
_SATISFIED = ("satisfied", "others")

NPS = Measure(
    name="nps",
    title="NPS",
    levels=tuple(range(11)),
    good=frozenset({9, 10}),
    bad=frozenset(range(7)),
    words=_PROMOTERS,
)
ENPS = replace(NPS, name="enps", title="eNPS")
CSAT = Measure(name="csat", title="CSAT", levels=(1, 2, 3, 4, 5), good=frozenset({4, 5}), words=_SATISFIED)
CSAT_GOOD_BAD = replace(CSAT, name="csat_good_bad", levels=(0, 1), good=frozenset({1}))
CSAT_FRESHDESK = replace(
    CSAT,
    name="csat_freshdesk",
    levels=(-103, -102, -101, 100, 101, 102, 103),
    good=frozenset({101, 102, 103}),
)
CES = Measure(
    name="ces",
    title="CES",
    levels=tuple(range(1, 8)),
    good=frozenset({5, 6, 7}),
    words=("easy", "others"),
)

MEASURES = {measure.name: measure for measure in (NPS, ENPS, CSAT, CSAT_GOOD_BAD, CSAT_FRESHDESK, CES)}


def measure_named(wanted: Measure | str) -> Measure:
    """Return a measure, by itself or by name.

    Raises
    ------
    OptionError
        When there is no measure of that name.

    Examples
    --------
    >>> measure_named("csat").title
    'CSAT'
    """
    if isinstance(wanted, Measure):
        return wanted
    if wanted.casefold() not in MEASURES:
        near = nearest(wanted, MEASURES)
        hint = (f"did you mean {near}? " if near else "") + f"measures: {', '.join(MEASURES)}"
        raise OptionError(f"there is no measure {wanted!r}", hint=hint, measure=wanted)
    return MEASURES[wanted.casefold()]
