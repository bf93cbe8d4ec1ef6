"""Everything that changes who is asked, and what became of it."""

from klankbord.web.invitations.actions.again import ask_again, can_be_asked_again
from klankbord.web.invitations.actions.blocks import block, block_marks, lift, lift_block
from klankbord.web.invitations.actions.noting import (
    answered,
    note_bounce,
    note_complaint,
    note_delivered,
    note_opened,
    note_started,
    opt_out,
    withdraw,
)
from klankbord.web.invitations.actions.planning import plan_contacts
from klankbord.web.invitations.actions.returning import take_returned
from klankbord.web.invitations.actions.rules import (
    RuleError,
    add_rule,
    change_rule,
    move_rule,
    remove_rule,
    set_clocks,
    set_sender,
    switch_rule,
)
from klankbord.web.invitations.actions.sending import send_due

__all__ = [
    "RuleError",
    "add_rule",
    "answered",
    "ask_again",
    "block",
    "block_marks",
    "can_be_asked_again",
    "change_rule",
    "lift",
    "lift_block",
    "move_rule",
    "note_bounce",
    "note_complaint",
    "note_delivered",
    "note_opened",
    "note_started",
    "opt_out",
    "plan_contacts",
    "remove_rule",
    "send_due",
    "set_clocks",
    "set_sender",
    "switch_rule",
    "take_returned",
    "withdraw",
]
