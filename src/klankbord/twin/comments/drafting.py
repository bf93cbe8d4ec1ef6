"""A plan becomes sentences: phrases, links, openers and closers of one language, whole columns at a time."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from klankbord.twin.comments.grammar import LEVELS, LINKS, TONES, Chances, Codes, Flags, Grammar, Pool, Words
from klankbord.twin.comments.naming import name_the_same
from klankbord.twin.comments.planning import MOST, SHORT, STORY, Plan
from klankbord.twin.comments.vocabulary import EMOTIONS

_FOREIGN = len(TONES)
_PHRASES = ("phrase", "phrase_second", "phrase_third")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Sentences as a careful writer would have them, and their truth."""

    texts: Words
    sentiment: Chances
    emotion: Codes


@dataclass(frozen=True, slots=True)
class _Clauses:
    inside: Words  # n x 3
    opening: Words
    polarity: Chances
    emotion: Codes


class _Pen:
    """Texts that grow to the right, and know whether the next word opens a sentence."""

    def __init__(self, n: int) -> None:
        self.texts: Words = np.full(n, "", dtype=object)
        self.fresh = np.ones(n, dtype=np.bool_)

    def say(self, inside: Words, opening: Words, where: Flags) -> None:
        words = np.where(self.fresh, opening, inside)
        self.texts[where] += words[where]
        self.fresh[where] = False

    def add(self, pool: Pool, cell: Codes, chance: Chances, where: Flags, after: str = "") -> None:
        """Write what links or rounds off: it may open a sentence, and it may end one."""
        _, variant = pool.pick(cell[where], chance[where])
        self.texts[where] += np.where(self.fresh[where], pool.opening[variant], pool.inside[variant]) + after
        self.fresh[where] = pool.stops[variant]


def draft(grammar: Grammar, plan: Plan, dice: Mapping[str, Chances], *, foreign: Flags) -> Draft:
    """Write the comments of one language without slips; where `foreign`, they open or close in another language."""
    clauses = _clauses(grammar, plan, dice)
    there = plan.topics >= 0
    sentiment = np.where(there, clauses.polarity, 0).sum(axis=1) / there.sum(axis=1)
    # The strongest clause decides; argmax takes the first of equals, and the main clause stands first.
    strongest = np.argmax(np.where(there, np.abs(clauses.polarity), -1), axis=1)
    texts = _sentences(grammar, plan, dice, clauses, _tone(sentiment), foreign)
    named = zip(*(dice[name].tolist() for name in ("agent", "thing", "times", "two")), strict=True)
    return Draft(
        texts=np.array(
            [_named(text, grammar, chances) for text, chances in zip(texts, named, strict=True)], dtype=object
        ),
        sentiment=sentiment,
        emotion=clauses.emotion[np.arange(len(strongest)), strongest],
    )


def _named(text: str, grammar: Grammar, chances: tuple[float, ...]) -> str:
    if "{" not in text:
        return text
    agent, thing, times, two = chances
    return name_the_same(text, grammar, agent=agent, thing=thing, times=times, two=two)


def _tone(polarity: Chances) -> Codes:
    return np.digitize(polarity, (-0.25, 0.3))


def _clauses(grammar: Grammar, plan: Plan, dice: Mapping[str, Chances]) -> _Clauses:
    shape = plan.topics.shape
    found = _Clauses(
        np.full(shape, "", dtype=object),
        np.full(shape, "", dtype=object),
        np.zeros(shape),
        np.full(shape, EMOTIONS.index("neutral")),
    )
    short = plan.form == SHORT
    for place, name in enumerate(_PHRASES):
        topic, there = plan.topics[:, place], plan.topics[:, place] >= 0
        ironic = plan.ironic & (place == 0)
        cell = topic * len(LEVELS) + plan.levels[:, place]
        for pool, where, cells in (
            (grammar.irony, ironic, topic),
            (grammar.shorts, there & short & ~ironic, cell),
            (grammar.clauses, there & ~short & ~ironic, cell),
        ):
            template, variant = pool.pick(cells[where], dice[name][where])
            found.inside[where, place] = pool.inside[variant]
            found.opening[where, place] = pool.opening[variant]
            found.polarity[where, place] = pool.polarity[template]
            found.emotion[where, place] = pool.emotion[template]
    return found


def _sentences(
    grammar: Grammar, plan: Plan, dice: Mapping[str, Chances], clauses: _Clauses, tone: Codes, foreign: Flags
) -> Words:
    n = len(tone)
    pen, long, row = _Pen(n), plan.form != SHORT, np.arange(n)
    # A foreign comment must show it, so it has a foreign opener or, failing that, a foreign closer.
    opens = np.where(foreign, dice["opens"] < 0.5, long & ~plan.ironic & (dice["opens"] < 0.2))
    closes = np.where(foreign, ~opens, dice["closes"] < np.where(long, 0.28, 0.08))
    tone_or_foreign = np.where(foreign, _FOREIGN, tone)
    pen.add(grammar.openers, tone_or_foreign, dice["opener"], opens, after=" ")
    story = plan.form == STORY
    _, scene = grammar.scenes.pick(np.zeros(n, dtype=np.intp), dice["scene"])
    pen.say(grammar.scenes.inside[scene], grammar.scenes.opening[scene], story)
    pen.add(grammar.links, np.full(n, LINKS.index("full")), dice["link"], story)
    order = np.where(plan.main_last[:, None], (1, 0, 2), (0, 1, 2))
    for place in range(MOST):
        column = order[:, place]
        there = plan.topics[row, column] >= 0
        if place > 0:
            before = clauses.polarity[row, order[:, place - 1]]
            kind = _link(before, clauses.polarity[row, column], short=~long)
            pen.add(grammar.links, kind, dice["link"] if place == 1 else dice["link_third"], there)
        pen.say(clauses.inside[row, column], clauses.opening[row, column], there)
    ends = closes | (dice["ends"] < np.where(long, 0.85, 0.45))
    pen.add(grammar.ends, tone, dice["end"], ends)
    pen.texts[closes] += " "
    pen.add(grammar.closers, tone + np.where(foreign, _FOREIGN, 0), dice["closer"], closes)
    return pen.texts


def _link(before: Chances, after: Chances, *, short: Flags) -> Codes:
    """Choose "but" where one clause is good and the other bad, and nothing strong beside a neutral one."""
    place = LINKS.index
    but = np.where(after < 0, place("but_bad"), place("but_good"))
    long = np.select([before * after < 0, before * after > 0], [but, place("and")], default=place("plain"))
    return np.where(short, np.where(before * after < 0, place("short_but"), place("short")), long)
