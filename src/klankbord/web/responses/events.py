"""What this room tells: that answers came or changed, once they are in the lake and numbers count them."""

from dataclasses import dataclass

from klankbord.web.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersArrived(Event):
    """Answers that the lake did not have before; how many, and of which surveys."""

    count: int
    counted: int
    surveys: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersChanged(Event):
    """Answers that the lake had, and that are another score, have words now, or count no more or again."""

    count: int
    counted: int
    surveys: tuple[str, ...]
