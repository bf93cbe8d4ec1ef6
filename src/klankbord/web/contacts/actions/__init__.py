"""Everything that this room writes; page, API, job and command call the same."""

from klankbord.web.contacts.actions.receive import MOST, Received, receive_contacts

__all__ = ["MOST", "Received", "receive_contacts"]
