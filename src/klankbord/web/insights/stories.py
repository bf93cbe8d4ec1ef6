"""A contact's story as far as somebody sees it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from klankbord.lake.looking import Line, Story
from klankbord.lake.questions import Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A story without what lies beyond its reader's reach, and how much that is."""

    story: Story
    hidden: int


def within(story: Story, reach: Sequence[Condition]) -> Told | None:
    """Leave out of a story what is beyond somebody's reach; there is none where the contact itself is."""
    if not _fulfils(story.contact, reach):
        return None
    legs, journey, answers = (
        tuple(line for line in lines if _fulfils(line, reach)) for lines in (story.legs, story.journey, story.answers)
    )
    whole = len(story.legs) + len(story.journey) + len(story.answers)
    seen = len(legs) + len(journey) + len(answers)
    return Told(story=replace(story, legs=legs, journey=journey, answers=answers), hidden=whole - seen)


def _fulfils(line: Line, reach: Sequence[Condition]) -> bool:
    return all(_holds(getattr(line, one.column), one) for one in reach)


def _holds(value: object, condition: Condition) -> bool:
    if condition.operator == "is empty":
        return value is None
    return value is not None and (condition.operator == "is not empty" or value in condition.values)
