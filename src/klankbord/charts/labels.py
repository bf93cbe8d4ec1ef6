"""What charts say: English for the notebook, any other language when a report passes its wording."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from klankbord.charts.formats import Formats
from klankbord.score import Measure


@dataclass(frozen=True, kw_only=True)
class Labels:
    """The words in a chart and how its numbers are written.

    Parameters
    ----------
    formats : Formats
        How numbers and dates are written.
    words : Mapping of str to str
        What good, neutral and bad answers are called, by the measure's own word; a missing one stays as it is.
    verdicts : Mapping of str to str
        Words for `above`, `below`, `unclear` and `noise`.
    total, n, incomplete, few, empty : str
        Name of the reference line; of the number of answers; of a period that still runs; what stands where there are
        too few answers, with `{n}`; and the group of answers without a value.
    mean, raw, others, hidden : str
        The mean of all people; their scores as counted; a line for `{n}` of them together; what stands where nothing is
        shown.
    reworded : str
        What stands at the line from which the question was worded otherwise.
    """

    formats: Formats = field(default_factory=lambda: Formats(language="en"))
    words: Mapping[str, str] = field(default_factory=dict)
    verdicts: Mapping[str, str] = field(
        default_factory=lambda: {"above": "higher", "below": "lower", "unclear": "unclear", "noise": "within noise"}
    )
    total: str = "Total"
    n: str = "n"
    incomplete: str = "incomplete"
    few: str = "{n} answers: too few"
    empty: str = "(empty)"
    mean: str = "Mean"
    raw: str = "as counted"
    others: str = "{n} others"
    hidden: str = "too few answers to show them apart"
    reworded: str = "new wording"

    def word(self, word: str) -> str:
        """Return what a kind of answer is called."""
        return self.words.get(word, word.capitalize())

    @classmethod
    def of(cls, measure: Measure) -> "Labels":
        """Return English labels that write scores as this measure does."""
        return cls(formats=Formats(language="en", share=not measure.bad))
