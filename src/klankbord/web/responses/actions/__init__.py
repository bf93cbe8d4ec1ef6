"""Everything that changes answers: customers give them, rules and people say what counts."""

from klankbord.web.responses.actions.answering import Sending, Words, take_answer
from klankbord.web.responses.actions.deciding import Decision, decide
from klankbord.web.responses.actions.visiting import note_visit

__all__ = ["Decision", "Sending", "Words", "decide", "note_visit", "take_answer"]
