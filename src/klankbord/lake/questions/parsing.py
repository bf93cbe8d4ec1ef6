"""The grammar of a question in words: a measure, then clauses in any order, each at most once."""

from collections.abc import Callable
from typing import TypedDict

from klankbord.errors import OptionError, nearest
from klankbord.lake.questions.conditions import Condition, condition_in
from klankbord.lake.questions.words import Word, cut

_CLAUSES = ("by", "where", "in", "per", "compare")
_FIELDS = {"in": "period", "per": "grain"}
_FORM = "write: nps by team where channel=phone in 2026-01..2026-06 per month compare previous"


class Parts(TypedDict, total=False):
    """What a question says, clause by clause, before it is checked."""

    measure: str
    by: list[str]
    where: list[Condition]
    period: str
    grain: str
    compare: str


def parts_of(text: str) -> Parts:
    """Take a question in words apart.

    Raises
    ------
    OptionError
        When it cannot be read.

    Examples
    --------
    >>> parts_of("csat in last 3 months by queue")
    {'measure': 'csat', 'period': 'last 3 months', 'by': ['queue']}
    """
    words = cut(text)
    if not words or _is_clause(words[0]):
        raise OptionError("the question says no measure", hint=_FORM, text=text, case="no_measure")
    parts: dict[str, object] = {"measure": str(words[0])}
    rest = words[1:]
    while rest:
        name = rest[0].casefold()
        if not _is_clause(rest[0]):
            near = nearest(name, _CLAUSES)
            guess = f"did you mean {near}? " if near else ""
            raise OptionError(
                f"{str(rest[0])!r} was not expected here",
                hint=guess + _FORM,
                text=text,
                case="unexpected_word",
                word=str(rest[0]),
                near=near,
            )
        field = _FIELDS.get(name, name)
        if field in parts:
            raise OptionError(f"the question says {name} twice", hint=_FORM, text=text, case="said_twice", part=name)
        parts[field], rest = _READERS[name](rest[1:])
    return parts  # type: ignore[return-value]


def _is_clause(word: Word) -> bool:
    return any(word.means(clause) for clause in _CLAUSES)


def _names(words: list[Word]) -> tuple[list[str], list[Word]]:
    names = [str(word) for word in words[:1]]
    rest = words[1:]
    while len(rest) > 1 and rest[0].means(","):
        names.append(str(rest[1]))
        rest = rest[2:]
    if not names or any(_is_clause(word) for word in words[:1]):
        raise OptionError("by is followed by no dimension", hint=_FORM, case="by_nothing")
    return names, rest


def _conditions(words: list[Word]) -> tuple[list[Condition], list[Word]]:
    condition, rest = condition_in(words)
    found = [condition]
    while rest and rest[0].means("and"):
        condition, rest = condition_in(rest[1:])
        found.append(condition)
    return found, rest


def _phrase(words: list[Word]) -> tuple[str, list[Word]]:
    """Take words up to the next clause, such as `last 3 months`."""
    length = next((at for at, word in enumerate(words) if _is_clause(word)), len(words))
    if not length:
        raise OptionError("the question ends too early", hint=_FORM, case="ends_early")
    return " ".join(words[:length]), words[length:]


def _other(words: list[Word]) -> tuple[str, list[Word]]:
    # "compare with previous" is what people say, and no period begins so.
    polite = bool(words) and (words[0].means("with") or words[0].means("to"))
    return _phrase(words[polite:])


_READERS: dict[str, Callable[[list[Word]], tuple[object, list[Word]]]] = {
    "by": _names,
    "where": _conditions,
    "in": _phrase,
    "per": _phrase,
    "compare": _other,
}
