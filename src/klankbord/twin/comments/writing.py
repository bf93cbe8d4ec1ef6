"""The way of a comment: planned, drafted, mistyped, dressed, and then the personal data, so that these stay whole."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from klankbord.errors import OptionError, nearest
from klankbord.twin.comments.drafting import Draft, draft
from klankbord.twin.comments.grammar import Chances, Codes, Flags, Words, load_grammar
from klankbord.twin.comments.planning import Plan, plan_comments
from klankbord.twin.comments.planting import DRAWS, Planted, sentence_about
from klankbord.twin.comments.slips import EMOJI, IRONIC, LOOSE, LOWER, UPPER, dress, mistype, mix
from klankbord.twin.comments.vocabulary import EMOTIONS, LANGUAGES, TOPICS, Comments

# The order is part of the result: a new decision comes last, or every comment changes.
_DICE = (
    "form",
    "more",
    "torn",
    "swing",
    "swing_more",
    "swing_second",
    "swing_second_more",
    "swing_third",
    "swing_third_more",
    "irony",
    "companion",
    "companion_third",
    "order",
    "phrase",
    "phrase_second",
    "phrase_third",
    "opens",
    "opener",
    "closes",
    "closer",
    "link",
    "link_third",
    "ends",
    "end",
    "scene",
    "manner",
    "emoji",
    "emoji_choice",
    "typo",
    "foreign",
    "personal",
    "agent",
    "thing",
    "times",
    "two",
)
_MANNERS = (LOWER, UPPER, LOOSE)
_SLIPS = 5


def write_comments(
    rng: np.random.Generator,
    *,
    language: Sequence[str],
    topic: Sequence[str],
    mood: NDArray[np.float64],
    irony: float = 0.02,
    typos: float = 0.12,
    mixed: float = 0.03,
    personal: float = 0.04,
) -> Comments:
    """Write one comment for each customer, and record what is true of it.

    Parameters
    ----------
    rng : numpy.random.Generator
        The same state gives the same comments.
    language : sequence of str
        One of `LANGUAGES` for each comment.
    topic : sequence of str
        One of `TOPICS` for each comment: what it is mainly about.
    mood : array of float
        How bad (-1) or good (1) the experience was; near 0 people write mild comments, or a good and a bad clause.
    irony : float
        Share of the unhappy comments whose words praise.
    typos, mixed, personal : float
        Share of comments with slips, with another language in between, and with personal data.

    Returns
    -------
    Comments
        The texts and their truth.

    Raises
    ------
    OptionError
        When a language or topic is unknown, a mood is no number, or there is not one of everything for each comment.

    Examples
    --------
    >>> rng = np.random.default_rng(3)
    >>> comments = write_comments(rng, language=["en"] * 2, topic=["waiting", "price"], mood=np.array([-0.9, 0.9]))
    >>> comments.topics[0][0], bool(comments.sentiment[0] < 0)
    ('waiting', True)
    """
    languages, topics = _codes("language", language, LANGUAGES), _codes("topic", topic, TOPICS)
    if not len(languages) == len(topics) == len(mood):
        raise OptionError(
            f"{len(languages)} languages, {len(topics)} topics and {len(mood)} moods do not belong together",
            hint="give one of each for every comment",
        )
    if not np.isfinite(mood).all():
        raise OptionError("a mood is not a number", hint="give moods from -1 (bad) to 1 (good)")
    dice = dict(zip(_DICE, rng.random((len(_DICE), len(topics))), strict=True))
    plan = plan_comments(topics, np.clip(mood, -1, 1), dice, irony=irony)
    written = _draft(plan, languages, dice, foreign=dice["foreign"] < mixed)
    manners = _manners(dice["manner"], written.sentiment)
    _type(rng, written.texts, languages, manners, slips=dice["typo"] < typos, foreign=dice["foreign"] < mixed)
    _decorate(written, plan, dice)
    texts, planted = _plant(rng, written.texts, languages, manners, where=dice["personal"] < personal)
    return Comments(
        texts=texts,
        topics=_named(plan),
        sentiment=written.sentiment.astype(np.float32),
        emotion=[EMOTIONS[code] for code in written.emotion.tolist()],
        personal=planted,
    )


def _codes(what: str, names: Sequence[str], known: Sequence[str]) -> Codes:
    places = {name: place for place, name in enumerate(known)}
    unknown = set(names) - places.keys()
    if unknown:
        wrong = min(unknown)
        guess = nearest(wrong, known)
        raise OptionError(
            f"there is no {what} {wrong!r} to write in" if what == "language" else f"there is no {what} {wrong!r}",
            hint=(f"did you mean {guess!r}? " if guess else "") + f"{what}s: {', '.join(known)}",
        )
    return np.array([places[name] for name in names], dtype=np.intp)


def _draft(plan: Plan, languages: Codes, dice: Mapping[str, Chances], *, foreign: Flags) -> Draft:
    n = len(languages)
    whole = Draft(texts=np.full(n, "", dtype=object), sentiment=np.zeros(n), emotion=np.zeros(n, dtype=np.intp))
    for code in np.unique(languages).tolist():
        rows = np.flatnonzero(languages == code)
        chances = {name: values[rows] for name, values in dice.items()}
        part = draft(load_grammar(LANGUAGES[code]), plan.rows(rows), chances, foreign=foreign[rows])
        whole.texts[rows], whole.sentiment[rows], whole.emotion[rows] = part.texts, part.sentiment, part.emotion
    return whole


def _manners(chance: Chances, sentiment: Chances) -> Codes:
    """Say how each comment is dressed: a place in `_MANNERS`, or one behind it; who is angry shouts more often."""
    shouts = 0.16 + np.where(sentiment <= -0.75, 0.03, 0.01)
    return np.select([chance < 0.16, chance < shouts, chance < 0.26], [0, 1, 2], default=len(_MANNERS))


def _type(
    rng: np.random.Generator, texts: Words, languages: Codes, manners: Codes, *, slips: Flags, foreign: Flags
) -> None:
    # Words are found by their spelling, so they are replaced before a slip or a manner changes it.
    names = [LANGUAGES[code] for code in languages.tolist()]
    for row in np.flatnonzero(foreign).tolist():
        texts[row] = mix(texts[row], names[row])
    spoiled = np.flatnonzero(slips).tolist()
    for row, chances in zip(spoiled, rng.random((len(spoiled), _SLIPS)).tolist(), strict=True):
        texts[row] = mistype(texts[row], names[row], chances)
    for code, manner in enumerate(_MANNERS):
        for row in np.flatnonzero(manners == code).tolist():
            texts[row] = dress(texts[row], manner)


def _decorate(written: Draft, plan: Plan, dice: Mapping[str, Chances]) -> None:
    for row in np.flatnonzero(dice["emoji"] < 0.05).tolist():
        choices = IRONIC if plan.ironic[row] else EMOJI[EMOTIONS[written.emotion[row]]]
        written.texts[row] += " " + choices[int(dice["emoji_choice"][row] * len(choices))]


def _plant(
    rng: np.random.Generator, texts: Words, languages: Codes, manners: Codes, *, where: Flags
) -> tuple[list[str], list[tuple[Planted, ...]]]:
    personal: list[tuple[Planted, ...]] = [()] * len(texts)
    rows = np.flatnonzero(where).tolist()
    for row, numbers in zip(rows, rng.integers(0, 2**31, size=(len(rows), DRAWS)).tolist(), strict=True):
        grammar = load_grammar(LANGUAGES[languages[row]])
        place = "before" if numbers[0] % 10 < 3 else "after"
        templates = grammar.personal[place]
        manner = (*_MANNERS, "")[manners[row]]
        told, personal[row] = sentence_about(
            templates[numbers[1] % len(templates)], grammar.people, numbers[2:], manner
        )
        # Behind a mark or an emoji a sentence can begin; behind a word it needs a full stop first.
        between = ". " if place == "after" and texts[row][-1].isalnum() else " "
        texts[row] = f"{told} {texts[row]}" if place == "before" else f"{texts[row]}{between}{told}"
    return texts.tolist(), personal


def _named(plan: Plan) -> list[tuple[str, ...]]:
    """Name the topics in the order in which they come in the text."""
    turned = plan.topics[:, [1, 0, 2]]
    ordered = np.where(plan.main_last[:, None], turned, plan.topics)
    names = (*TOPICS, "")
    return [tuple(names[code] for code in row if code >= 0) for row in ordered.tolist()]
