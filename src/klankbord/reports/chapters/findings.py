"""What a comparison of groups found, in a sentence."""

from klankbord.reports.evidence import Dimension
from klankbord.reports.wording import Wording
from klankbord.score import Comparison

_NAMED = 3  # groups named in a sentence before the rest is counted


def finding(dimension: Dimension, wording: Wording) -> str:
    """Name the groups that really differ, largest difference first."""
    if all(one.value is None for one in dimension.verdicts.rows):
        return wording("segments.finding_few")
    real = [(key, one) for key, one in dimension.verdicts if direction(one) in {"above", "below"}]
    if not real:
        return wording("segments.finding_none")
    real.sort(key=lambda pair: -abs(pair[1].value or 0.0))
    sentences = [
        wording(
            f"segments.finding_{side}", groups=_listed([pair for pair in real if direction(pair[1]) == side], wording)
        )
        for side in dict.fromkeys(direction(one) for _, one in real)
    ]
    if not dimension.telling:
        sentences.append(wording("segments.finding_doubt"))
    return " ".join(sentences)


def _listed(groups: list[tuple[tuple[object, ...], Comparison]], wording: Wording) -> str:
    names = [
        f"{group_name(key, wording)} ({wording.formats.score(one.a.value or 0.0)})" for key, one in groups[:_NAMED]
    ]
    more = [wording("segments.finding_more", n=len(groups) - _NAMED)] if len(groups) > _NAMED else []
    return wording.several(names + more)


def direction(comparison: Comparison) -> str:
    """Return the verdict with its direction: above, below, unclear, noise, or few."""
    if comparison.value is None:
        return "few"
    if comparison.verdict != "real":
        return comparison.verdict
    return "above" if comparison.value > 0 else "below"


def group_name(key: tuple[object, ...], wording: Wording) -> str:
    """Name a group; one without a value is said to be empty."""
    return " · ".join(wording("charts.empty") if part is None else str(part) for part in key)
