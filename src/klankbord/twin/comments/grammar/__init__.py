"""The grammar of each language, read from its file and laid out flat: to find a phrase is one look-up in an array.

A line is a template: `[a|b]` is one of these, `{wait}` one of the lines of that slot. Lines that judge begin with a
level (`++ + ~ - --`) and a letter for the emotion.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import gcd, prod

import numpy as np
from numpy.typing import NDArray

from klankbord.errors import DataError
from klankbord.twin.comments.vocabulary import EMOTIONS, TOPICS

Codes = NDArray[np.intp]
Chances = NDArray[np.float64]
Flags = NDArray[np.bool_]
Words = NDArray[np.object_]

LEVELS = ("--", "-", "~", "+", "++")
POLARITY = np.linspace(-1, 1, len(LEVELS))
SHARED = ("thing", "thing_gen", "thing_dat", "thing_zu", "times", "two")
TONES = ("bad", "mild", "good")
LINKS = ("and", "plain", "but_bad", "but_good", "full", "short", "short_but")

_LETTERS = {emotion[0]: code for code, emotion in enumerate(EMOTIONS)}  # no two begin alike
_JUDGED = re.compile(r"(--|-|~|\+\+|\+)([a-z]) (.+)")
_CHOICE = re.compile(r"(\[[^\]]*\]|\{\w+\})")
_MOST = 384  # variants of one template: enough for variety, few enough to load in a moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Phrases by cell (such as a topic and a level): a cell has templates, a template has variants.

    Every template of a cell is equally likely, however many variants it has.
    """

    first: Codes  # of a cell: its first template
    templates: Codes  # of a cell: how many
    start: Codes  # of a template: its first variant
    variants: Codes  # of a template: how many
    polarity: Chances  # of a template
    emotion: Codes  # of a template
    inside: Words  # the variants as they stand within a sentence
    opening: Words  # the variants as they open one
    stops: Flags  # whether a variant ends a sentence, so that the next word opens one

    def pick(self, cell: Codes, chance: Chances) -> tuple[Codes, Codes]:
        """Return template and variant for each cell; one chance in [0, 1) decides both."""
        place = chance * self.templates[cell]
        template = place.astype(np.intp)
        variant = ((place - template) * self.variants[self.first[cell] + template]).astype(np.intp)
        template += self.first[cell]
        return template, self.start[template] + variant


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """All that people of one language write."""

    clauses: Pool  # by topic and level
    shorts: Pool  # by topic and level
    irony: Pool  # by topic
    openers: Pool  # by tone, and last those in another language
    closers: Pool  # by tone, and by tone in another language
    scenes: Pool  # one cell
    links: Pool  # by kind of link
    ends: Pool  # by tone
    agents: tuple[tuple[str, str], ...]  # at first mention, and from then on
    shared: Mapping[str, tuple[str, ...]]
    personal: Mapping[str, tuple[str, ...]]
    people: Mapping[str, tuple[str, ...]]
    foreign_words: Mapping[str, str]
    misspelt: Mapping[str, str]
    plain: Mapping[int, str]


@cache
def load_grammar(language: str) -> Grammar:
    """Return the grammar of one language; read once."""
    told = tomllib.loads(files(__name__).joinpath(f"{language}.toml").read_text(encoding="utf-8"))
    slots = {name: _lines(text) for name, text in told["slots"].items()}
    # What a comment names twice must be the same person or thing, so these slots stay open until it is written.
    free = {name: [f"{{{name}}}"] if name in SHARED or name == "agent" else lines for name, lines in slots.items()}
    judged = {kind: [_by_level(told[kind][topic]) for topic in TOPICS] for kind in ("clauses", "short")}
    return Grammar(
        clauses=_pool([lines for levels in judged["clauses"] for lines in levels], free),
        shorts=_pool([lines for levels in judged["short"] for lines in levels], free),
        irony=_pool([[line for lines in _by_level(told["irony"][topic]) for line in lines] for topic in TOPICS], free),
        openers=_pool([_plain(text) for text in (*_toned(told["openers"]), told["foreign"]["openers"])], free),
        closers=_pool([_plain(text) for text in (*_toned(told["closers"]), *_toned(told["foreign"]))], free),
        scenes=_pool([_plain(told["scenes"]["any"])], free),
        links=_pool([[_mark(line) for line in told["links"][kind]] for kind in LINKS], free),
        ends=_pool([[_mark(line) for line in told["ends"][tone]] for tone in TONES], free),
        agents=tuple((first, again) for first, _, again in (line.partition(" | ") for line in slots["agent"])),
        shared={name: tuple(slots[name]) for name in SHARED if name in slots},
        personal={place: tuple(_lines(text)) for place, text in told["personal"].items()},
        people={kind: tuple(_lines(text)) for kind, text in told["people"].items()},
        foreign_words=_with_capitals(told["foreign_words"]),
        misspelt=_with_capitals(told["misspelt"]),
        plain=str.maketrans(told["plain"]),
    )


Line = tuple[str, float, int]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _mark(line: str) -> Line:
    return line, 0.0, _LETTERS["n"]


def _plain(text: str) -> list[Line]:
    return [_mark(line) for line in _lines(text)]


def _toned(table: Mapping[str, str]) -> list[str]:
    return [table[tone] for tone in TONES]


def _with_capitals(table: Mapping[str, str]) -> dict[str, str]:
    return {_capital(word): _capital(instead) for word, instead in table.items()} | dict(table)


def _capital(text: str) -> str:
    at = 1 if text.startswith("{") else 0
    return text[:at] + text[at : at + 1].upper() + text[at + 1 :]


def _tidy(text: str) -> str:
    """Close the gaps that an option leaves which may be nothing."""
    return re.sub(r" +(?=[,.])", "", re.sub("  +", " ", text))


def _by_level(text: str) -> list[list[Line]]:
    """Divide the lines of a topic over the levels, worst first."""
    levels: list[list[Line]] = [[] for _ in LEVELS]
    for line in _lines(text):
        found = _JUDGED.fullmatch(line)
        if found is None:
            raise DataError(f"no level and emotion before {line!r}", hint="begin the line as in `++j` or `-f`")
        level = LEVELS.index(found[1])
        levels[level].append((found[3], float(POLARITY[level]), _LETTERS[found[2]]))
    return levels


def _pool(cells: Sequence[Sequence[Line]], slots: Mapping[str, Sequence[str]]) -> Pool:
    lines = [line for cell in cells for line in cell]
    spelled = [_spelled(text, slots) for text, _, _ in lines]
    sizes = np.array([len(cell) for cell in cells], dtype=np.intp)
    variants = np.array([len(texts) for texts in spelled], dtype=np.intp)
    inside = [text for texts in spelled for text in texts]
    return Pool(
        first=np.cumsum(sizes) - sizes,
        templates=sizes,
        start=np.cumsum(variants) - variants,
        variants=variants,
        polarity=np.array([polarity for _, polarity, _ in lines]),
        emotion=np.array([emotion for _, _, emotion in lines], dtype=np.intp),
        inside=np.array(inside, dtype=object),
        opening=np.array([_capital(text) for text in inside], dtype=object),
        stops=np.array([text.rstrip().endswith((".", "!", "?")) for text in inside], dtype=np.bool_),
    )


def _spelled(template: str, slots: Mapping[str, Sequence[str]]) -> list[str]:
    texts = [_tidy(text) for text in _variants(template, slots)]
    # A link has its spaces on purpose; elsewhere a space at the end is left from an option that is nothing.
    return texts if template != template.strip() else [text.strip() for text in texts]


def _variants(template: str, slots: Mapping[str, Sequence[str]]) -> list[str]:
    """Return what a template can become: everything, or an even spread where that would be too much."""
    choices = [_choices(part, slots) for part in _CHOICE.split(template)]
    total = prod(map(len, choices))
    # A step without a common divisor visits every combination once; near the golden section it visits them evenly.
    step = next(step for step in range(int(total * 0.618) + 1, total + 2) if gcd(step, total) == 1)
    return [_nth(choices, index * step % total) for index in range(min(total, _MOST))]


def _choices(part: str, slots: Mapping[str, Sequence[str]]) -> Sequence[str]:
    match part[:1]:
        case "[":
            return [text for option in part[1:-1].split("|") for text in _variants(option, slots)]
        case "{":
            return slots[part[1:-1]]
        case _:
            return (part,)


def _nth(choices: Sequence[Sequence[str]], index: int) -> str:
    words = []
    for choice in choices:
        index, place = divmod(index, len(choice))
        words.append(choice[place])
    return "".join(words)
