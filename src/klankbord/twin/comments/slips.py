"""How people type: slips of the finger, misspellings, words of another language, no capitals, ALL CAPS, emoji."""

import re
from collections.abc import Mapping, Sequence
from functools import cache

from klankbord.twin.comments.grammar import load_grammar

LOWER, UPPER, LOOSE = "lower", "upper", "loose"

EMOJI = {
    "joy": ("😊", "😀", "👍", "🎉", "😄", "⭐⭐⭐⭐⭐"),
    "gratitude": ("🙏", "😊", "❤️", "💐", "👍"),
    "relief": ("😅", "😌", "👍", "🙌"),
    "trust": ("👍", "👌", "💪"),
    "frustration": ("😤", "🙄", "😩", "😒"),
    "anger": ("😡", "🤬", "😠", "👎"),
    "disappointment": ("😞", "👎", "😕", "🙁"),
    "confusion": ("🤔", "😕", "🤷", "❓"),
    "worry": ("😟", "😰", "😥"),
    "neutral": ("🙂", "😐", "👌"),
}
IRONIC = ("🙃", "👏", "👏👏👏", "🙄", "😂")

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_BESIDE = {key: row[place - 1] if place else row[1] for row in _ROWS for place, key in enumerate(row)}


def mistype(text: str, language: str, chances: Sequence[float]) -> str:
    """Spoil a text as a hasty writer would; five chances in [0, 1) decide how.

    Examples
    --------
    >>> mistype("ik werd snel geholpen", "nl", [0.3, 0.99, 0.0, 0.0, 0.0])
    'ik werd snel gehopen'
    >>> mistype("très bien aidé", "fr", [0.05, 0.0, 0.0, 0.0, 0.0])
    'tres bien aide'
    """
    kind, word, slip, place, again = chances
    # Some keyboards have no accents, and some people never look for them: then all of them go.
    if kind < 0.15:
        return text.translate(load_grammar(language).plain)
    if kind < 0.5:
        pattern, table = _words(language, "misspelt")
        found = list(pattern.finditer(text))
        if found:
            match = found[int(word * len(found))]
            return text[: match.start()] + table[match[0]] + text[match.end() :]
    text = _slip(text, slip, place)
    return _slip(text, 1 - slip, again) if kind > 0.85 else text


def mix(text: str, language: str) -> str:
    """Replace words as people do who live in two languages."""
    pattern, table = _words(language, "foreign_words")
    return pattern.sub(lambda match: table[match[0]], text)


def dress(text: str, manner: str) -> str:
    """Write a text in a manner: `lower` without capitals, `upper` in capitals only, `loose` with hardly a mark."""
    match manner:
        case "lower":
            return text.lower()
        case "upper":
            return text.upper()
        case "loose":
            return text.replace(",", "").rstrip(".! ")
        case _:
            return text


@cache
def _words(language: str, kind: str) -> tuple[re.Pattern[str], Mapping[str, str]]:
    grammar = load_grammar(language)
    table = grammar.misspelt if kind == "misspelt" else grammar.foreign_words
    # An alternation takes the first that fits, so that "tout de suite" must come before "tout".
    longest_first = sorted(table, key=len, reverse=True)
    return re.compile(r"\b(?:" + "|".join(map(re.escape, longest_first)) + r")\b"), table


def _slip(text: str, kind: float, place: float) -> str:
    """Swap, drop, double or miss one letter; never the first of a word, which people see."""
    # From the chosen place on, and then from the beginning: a long text always has a spot.
    start = int(place * len(text))
    spots = (*range(start, len(text) - 1), *range(1, start))
    spot = next((at for at in spots if at and text[at - 1 : at + 2].isalpha()), None)
    if spot is None:
        return text
    here, after = text[spot], text[spot + 1]
    if kind < 0.35:
        instead = after + here
    elif kind < 0.65:
        instead = after
    elif kind < 0.85:
        instead = here + here + after
    else:
        instead = _BESIDE.get(here, here) + after
    return text[:spot] + instead + text[spot + 2 :]
