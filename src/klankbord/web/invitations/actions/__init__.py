"""Everything that changes who is asked, and what became of it."""

from klankbord.web.invitations.actions.blocks import block, block_marks, lift, lift_block
from klankbord.web.invitations.actions.noting import (
    note_answered,
    note_bounce,
    note_complaint,
    note_delivered,
    note_opened,
    note_started,
    opt_out,
    withdraw,
)
from klankbord.web.invitations.actions.planning import plan_contacts
from klankbord.web.invitations.actions.sending import send_due

__all__ = [
    "block",
    "block_marks",
    "lift",
    "lift_block",
    "note_answered",
    "note_bounce",
    "note_complaint",
    "note_delivered",
    "note_opened",
    "note_started",
    "opt_out",
    "plan_contacts",
    "send_due",
    "withdraw",
]
