"""Which question asked for the score and which for the reason, told by wording (nl, fr, de, en) and by the answers."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from klankbord.lake.readers.scores import says_nothing, whole_number
from klankbord.score import CES, CSAT, ENPS, NPS, Measure

_RECOMMEND = r"recomm[ae]nd|aanbev|aanrad|empf[eio]+hl|(?<![a-z])e?nps(?![a-z])|promoter"
_EMPLOYER = (
    r"(?<![a-z])enps(?![a-z])|werken bij|werkgever|work(ing)? (at|for)|employer"
    r"|travailler|employeur|arbeitgeber|arbeitsplatz"
)
_SATISFIED = r"satisf|tevreden|zufrieden|(?<![a-z])csat(?![a-z])"
_EASY = r"effort|\beas(y|ier)\b|makkelijk|moeite|facile|facilit|einfach|leicht|aufwand|(?<![a-z])ces(?![a-z])"
_REASON = (
    r"waarom|reden|toelicht|opmerking|why|reason|comment|feedback|remark"
    r"|pourquoi|raison|warum|grund|kommentar|anmerkung"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The columns of the score and of the comment, and what the wording of the score's question says was asked."""

    score: str
    comment: str | None = None
    measure: Measure | None = None


def asked(wording: str) -> Measure | None:
    """Return what a question asks for, by its wording; None when the wording does not say.

    Examples
    --------
    >>> asked("Wie wahrscheinlich ist es, dass Sie uns weiterempfehlen?").name
    'nps'
    >>> asked("Hoe tevreden bent u over het gesprek?").name
    'csat'
    """
    text = wording.casefold()
    if re.search(_RECOMMEND, text):
        return ENPS if re.search(_EMPLOYER, text) else NPS
    if re.search(_SATISFIED, text):
        return CSAT
    return CES if re.search(_EASY, text) else None


def find(questions: Mapping[str, str], answers: Mapping[str, Sequence[str]]) -> Found:
    """Find the score and the comment among the questions of a survey.

    Parameters
    ----------
    questions : Mapping of str to str
        Wording by column, in the order in which they were asked; the heading where nothing better is known.
    answers : Mapping of str to sequence of str
        The first answers by column.

    Returns
    -------
    Found
        The first question whose wording asks for a recommendation, else for satisfaction or ease, else the first that
        was answered with whole numbers up to 10; the name is empty when there is none.

    Examples
    --------
    >>> found = find({"Q1": "Zou u ons aanbevelen?", "Q2": "Waarom?"}, {"Q1": ["9", ""], "Q2": ["Snel", ""]})
    >>> found.score, found.comment, found.measure.name
    ('Q1', 'Q2', 'nps')
    """
    given = {column: [answer for answer in answers.get(column, ()) if not says_nothing(answer)] for column in questions}
    scales = [column for column in questions if all(_is_score(answer) for answer in given[column])]
    score = _by_wording(scales, questions) or next((column for column in scales if given[column]), None)
    texts = [column for column in questions if column != score and not (column in scales and given[column])]
    return Found(
        score=score or "",
        comment=_comment(texts, questions, given),
        measure=asked(questions[score]) if score else None,
    )


def _is_score(answer: str) -> bool:
    number = whole_number(answer)
    return number is not None and number <= 10


def _by_wording(scales: Sequence[str], questions: Mapping[str, str]) -> str | None:
    families = ({NPS, ENPS}, {CSAT}, {CES})
    return next((column for family in families for column in scales if asked(questions[column]) in family), None)


def _comment(texts: Sequence[str], questions: Mapping[str, str], given: Mapping[str, Sequence[str]]) -> str | None:
    worded = next((column for column in texts if re.search(_REASON, questions[column].casefold())), None)
    wordy = [column for column in texts if any(" " in answer.strip() for answer in given[column])]
    return worded or max(wordy, key=lambda column: max(map(len, given[column])), default=None)
