"""Questions to a lake: what is asked is a value, and the answer carries it with its doubts."""

from klankbord.lake.questions.answer import Answer
from klankbord.lake.questions.answering import ask
from klankbord.lake.questions.conditions import Condition
from klankbord.lake.questions.definitions import Definition
from klankbord.lake.questions.measures import DEFINITIONS, definition_named
from klankbord.lake.questions.period import Period
from klankbord.lake.questions.planning import Plan
from klankbord.lake.questions.question import Question

__all__ = ["DEFINITIONS", "Answer", "Condition", "Definition", "Period", "Plan", "Question", "ask", "definition_named"]
