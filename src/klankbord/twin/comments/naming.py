"""Who and what a comment speaks of: the same agent, thing and number from the first word to the last."""

import re
from collections.abc import Sequence
from typing import TypeVar

from klankbord.twin.comments.grammar import Grammar

_OPEN = re.compile(r"\{(\w+)\}")
_Choice = TypeVar("_Choice")


def name_the_same(text: str, grammar: Grammar, *, agent: float, thing: float, times: float, two: float) -> str:
    """Fill what a text left open; an agent who was mentioned before becomes a pronoun."""
    chances = {"thing": thing, "times": times, "two": two}
    first, again = _pick(grammar.agents, agent)
    mentioned = False

    def told(match: re.Match[str]) -> str:
        nonlocal mentioned
        slot = match[1].lower()
        if slot == "agent":
            word, mentioned = again if mentioned else first, True
        else:
            word = _pick(grammar.shared[slot], chances[slot.partition("_")[0]])  # the cases of a thing share its chance
        return word if slot == match[1] else word[:1].upper() + word[1:]

    return _OPEN.sub(told, text)


def _pick(choices: Sequence[_Choice], chance: float) -> _Choice:
    return choices[int(chance * len(choices))]
