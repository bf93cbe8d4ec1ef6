"""What each comment is going to say, before any word is chosen: its form, its topics, how good each clause is."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from klankbord.twin.comments.grammar import LEVELS, Chances, Codes, Flags
from klankbord.twin.comments.vocabulary import TOPICS

SHORT, SINGLE, DOUBLE, STORY = range(4)
MILD = LEVELS.index("~")
MOST = 3  # clauses

_NO_REASON = TOPICS.index("no_reason")
_FORMS = (0.3, 0.56, 0.86)  # up to here short, single, double; the rest tells a story
_BORDERS = (-0.6, -0.2, 0.2, 0.6)  # between the levels

# What people mention in one breath; topics so close that opposite judgements would contradict each other are left out.
_BESIDE = {
    "waiting": "politeness expertise resolution transfer clarity digital",
    "politeness": "waiting expertise resolution speed clarity follow_up",
    "expertise": "waiting politeness speed transfer price follow_up",
    "resolution": "waiting politeness transfer clarity digital price",
    "price": "politeness waiting clarity digital delivery speed",
    "billing": "politeness waiting transfer digital follow_up expertise",
    "outage": "politeness waiting digital price clarity transfer",
    "transfer": "politeness expertise clarity price digital billing",
    "digital": "waiting politeness price contract clarity delivery",
    "speed": "politeness expertise price clarity transfer digital",
    "clarity": "politeness waiting speed price digital delivery",
    "follow_up": "politeness waiting price expertise digital billing",
    "contract": "politeness price digital waiting transfer clarity",
    "delivery": "politeness price digital waiting clarity follow_up",
    "no_reason": "politeness price digital waiting clarity follow_up",
}
_COMPANIONS = np.array([[TOPICS.index(name) for name in _BESIDE[topic].split()] for topic in TOPICS])


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One row a comment; the main clause stands in the first column, whatever its place in the text."""

    form: Codes
    topics: Codes  # n x 3; -1 where there is no such clause
    levels: Codes  # n x 3, places in LEVELS
    ironic: Flags  # of the main clause
    main_last: Flags  # of the first two clauses the other one comes first

    def rows(self, chosen: Codes) -> "Plan":
        """Return the plan of some comments."""
        return Plan(
            form=self.form[chosen],
            topics=self.topics[chosen],
            levels=self.levels[chosen],
            ironic=self.ironic[chosen],
            main_last=self.main_last[chosen],
        )


def plan_comments(topic: Codes, mood: Chances, dice: Mapping[str, Chances], *, irony: float) -> Plan:
    """Return what the comments will say; `dice` gives every decision its chances in [0, 1)."""
    reasoned = topic != _NO_REASON
    levels = np.column_stack(
        [
            _level(mood, dice["swing"], dice["swing_more"], spread=0.25),
            _level(0.8 * mood, dice["swing_second"], dice["swing_second_more"], spread=0.6),
            _level(0.8 * mood, dice["swing_third"], dice["swing_third_more"], spread=0.6),
        ]
    )
    form = np.digitize(dice["form"], _FORMS)
    form[~reasoned & (form > SINGLE)] = SINGLE
    torn = (levels[:, 0] == MILD) & reasoned & (dice["torn"] < 0.55)
    form[torn & (form == SINGLE)] = DOUBLE
    levels[torn, 0] = np.where(dice["torn"][torn] < 0.275, MILD - 1, MILD + 1)
    levels[torn, 1] = 2 * MILD - levels[torn, 0]
    ironic = (levels[:, 0] < MILD) & (dice["irony"] < irony)
    form[ironic & (form != DOUBLE)] = SINGLE
    levels[ironic, 1] = np.minimum(levels[ironic, 1], MILD - 1)
    second = (form >= DOUBLE) | torn | ((form == SHORT) & reasoned & (dice["more"] < 0.25))
    third = (form == STORY) & (dice["more"] > 0.7)
    return Plan(
        form=form,
        topics=_topics(topic, dice, second=second, third=third),
        levels=levels,
        ironic=ironic,
        main_last=second & ~ironic & (dice["order"] < 0.25),
    )


def _level(mood: Chances, chance: Chances, more: Chances, *, spread: float) -> Codes:
    """Return the level nearest to a mood that swings; two chances make a triangle and need no logarithm."""
    return np.digitize(mood + spread * (chance + more - 1), _BORDERS)


def _topics(topic: Codes, dice: Mapping[str, Chances], *, second: Flags, third: Flags) -> Codes:
    choices = _COMPANIONS.shape[1]
    place = (dice["companion"] * choices).astype(np.intp)
    other = (place + 1 + (dice["companion_third"] * (choices - 1)).astype(np.intp)) % choices
    return np.column_stack(
        [
            topic,
            np.where(second, _COMPANIONS[topic, place], -1),
            np.where(third, _COMPANIONS[topic, other], -1),
        ]
    )
