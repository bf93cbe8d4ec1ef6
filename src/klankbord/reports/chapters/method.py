"""What the words mean and how the numbers were made, with sources."""

from klankbord.charts.kinds import kinds_of
from klankbord.reports.document import Definition, Definitions, Points, Section
from klankbord.reports.evidence import Evidence
from klankbord.reports.wording import Wording
from klankbord.score import Measure

_TANGO = (
    "Tango, T. (1998). Equivalence test and confidence interval for the difference in proportions for the "
    "paired-sample design. Statistics in Medicine 17, 891–908."
)
_WILSON = (
    "Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. "
    "Journal of the American Statistical Association 22, 209–212."
)
_NEWCOMBE = (
    "Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions: "
    "comparison of eleven methods. Statistics in Medicine 17, 873–890."
)
_BENJAMINI = (
    "Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate: a practical and powerful approach "
    "to multiple testing. Journal of the Royal Statistical Society B 57, 289–300."
)
_REICHHELD = "Reichheld, F. F. (2003). The one number you need to grow. Harvard Business Review 81 (12), 46–54."


def method(evidence: Evidence, wording: Wording) -> Section:
    """Write the chapter on definitions and sources."""
    measure, confidence = evidence.score.measure, 100 * evidence.level
    balance = bool(measure.bad)
    terms = [
        (measure.title, definition(measure, wording)),
        (
            wording("method.interval", confidence=confidence),
            wording(f"method.interval_{'balance' if balance else 'share'}", confidence=confidence),
        ),
        (wording("method.difference"), wording("method.difference_text")),
        (wording("method.verdict"), wording("method.verdict_text")),
        (wording("method.groups"), wording("method.groups_text")),
        (wording("method.shift"), wording("method.shift_text")),
        (wording("method.few"), wording("method.few_text")),
        (wording("method.privacy"), wording("method.privacy_text")),
    ]
    sources = [_REICHHELD, _TANGO] if balance else [_WILSON]
    return Section(
        key="method",
        title=wording("method.title"),
        blocks=(
            Definitions(items=tuple(Definition(term=term, text=text) for term, text in terms)),
            Points(title=wording("method.sources"), items=(*sources, _NEWCOMBE, _BENJAMINI)),
        ),
    )


def definition(measure: Measure, wording: Wording) -> str:
    """Say how the score is defined: scale, cut-offs, what a skip does, and the version of all this."""
    kinds = kinds_of(measure)
    ranges = {kind: _range(levels) for kind, (levels, _) in kinds.items()}
    return wording(
        f"method.measure_{'balance' if measure.bad else 'share'}",
        measure=measure.title,
        scale=_range(measure.levels),
        good_word=wording.within(kinds["good"][1]),
        good=ranges["good"],
        bad_word=wording.within(kinds["bad"][1]) if measure.bad else "",
        bad=ranges.get("bad", ""),
        version=measure.version,
    )


def _range(levels: tuple[int, ...]) -> str:
    if len(levels) < 3 or levels[-1] - levels[0] != len(levels) - 1:
        return ", ".join(map(str, levels))
    return f"{levels[0]}–{levels[-1]}"
