"""A question in an address: read from it, apart from what only says how its answer is shown."""

import shlex
from dataclasses import dataclass
from typing import cast

from django.http import QueryDict

from klankbord.lake.questions import Question
from klankbord.lake.questions.answer import Order

# What says how an answer is shown; everything else in the address has to be part of the question.
SHOWING = ("sort", "format", "group", "part", "after")
ORDERS: tuple[Order, ...] = ("most", "best", "worst", "name")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question with the way its answer is to be shown."""

    question: Question
    order: Order

    @classmethod
    def read(cls, query: QueryDict) -> "Asked | None":
        """Read an address of a page, in words or in parts; there is no question where it says neither.

        Raises
        ------
        ColumnError, OptionError
            When what it says cannot be asked.
        """
        words = str(query.get("words", "")).strip()
        if words:
            return cls._shown(Question.parse(words), query)
        return cls.of_parts(query) if query.get("measure") else None

    @classmethod
    def of_parts(cls, query: QueryDict) -> "Asked":
        """Read an address that says its question part by part.

        Raises
        ------
        ColumnError, OptionError
            When what it says cannot be asked.
        """
        return cls._shown(Question.from_query(_parts(query)), query)

    @classmethod
    def _shown(cls, question: Question, query: QueryDict) -> "Asked":
        told, usual = query.get("sort"), "name" if question.grain else "most"
        order = next((order for order in ORDERS if order == told), cast(Order, usual))
        return cls(question=question, order=order)

    @property
    def command(self) -> str:
        """The same question for the command line."""
        return f"klankbord ask {shlex.quote(str(self.question))}"


def _parts(query: QueryDict) -> str:
    """Return the parts of the question; a form sends the fields that were left empty, too."""
    kept = QueryDict(mutable=True)
    for name, values in query.lists():
        filled = [value for value in values if value.strip()]
        if name not in SHOWING and filled:
            kept.setlist(name, filled)
    return kept.urlencode()
