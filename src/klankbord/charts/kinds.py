"""The kinds of answer that a measure knows, in the order in which they are shown: worst first."""

from typing import Literal

from klankbord.score import Measure

Kind = Literal["bad", "neutral", "good"]
KINDS: tuple[Kind, ...] = ("bad", "neutral", "good")


def kinds_of(measure: Measure) -> dict[Kind, tuple[tuple[int, ...], str]]:
    """Return levels and word of each kind of answer that the measure has, worst first.

    Examples
    --------
    >>> from klankbord.score import CSAT
    >>> kinds_of(CSAT)
    {'neutral': ((1, 2, 3), 'others'), 'good': ((4, 5), 'satisfied')}
    """
    levels: dict[Kind, tuple[int, ...]] = {
        "bad": tuple(level for level in measure.levels if level in measure.bad),
        "neutral": tuple(level for level in measure.levels if level not in measure.good | measure.bad),
        "good": tuple(level for level in measure.levels if level in measure.good),
    }
    words = dict(zip(("good", "neutral", "bad"), measure.words, strict=False))
    return {kind: (levels[kind], words[kind]) for kind in KINDS if levels[kind]}
