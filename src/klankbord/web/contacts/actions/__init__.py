"""Everything that this room writes; page, API, job and command call the same."""

from klankbord.web.contacts.actions.erase import erase_customer
from klankbord.web.contacts.actions.forget_agent import forget_agent
from klankbord.web.contacts.actions.intakes import (
    make_intake,
    retry_payloads,
    rotate_intake,
    switch_intake,
    take_message,
)
from klankbord.web.contacts.actions.receive import MOST, Received, receive_contacts
from klankbord.web.contacts.actions.remove import remove_contact
from klankbord.web.contacts.actions.uploads import bring_in_upload, correct_upload, discard_upload, start_upload
from klankbord.web.contacts.queries import export_customer

__all__ = [
    "MOST",
    "Received",
    "bring_in_upload",
    "correct_upload",
    "discard_upload",
    "erase_customer",
    "export_customer",
    "forget_agent",
    "make_intake",
    "receive_contacts",
    "remove_contact",
    "retry_payloads",
    "rotate_intake",
    "start_upload",
    "switch_intake",
    "take_message",
]
