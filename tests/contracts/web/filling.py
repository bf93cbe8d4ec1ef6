"""Addresses filled in with real rows."""

from typing import Any

from django.urls import reverse
from tests.contracts.web.addresses import Address

from klankbord.web.insights.references import seal

# Whose id an address takes, by the beginning of its name.
OF = {
    "answer": "Response",
    "member": "Membership",
    "token": "ApiToken",
    "invitation": "people.Invitation",
    "upload": "Upload",
    "intake": "Intake",
    "payload": "Payload",
    "webhook": "Endpoint",
    "delivery": "Delivery",
    "job": "Job",
    "spell": "TeamSpell",
    "agent": "Agent",
    "unit": "Team",
    "centre-file": "BroughtFile",
    "survey": "Survey",
    "rule": "Rule",
    "asked": "invitations.Invitation",
    "block": "Block",
    "rights-collect": "Export",
    "rights-certificate": "Erasure",
}


def filled(address: Address, organisation: str, rows: dict[str, list[Any]]) -> str:
    """Return a path with rows of an organisation in its blanks."""
    blanks = {name: _blank(name, address, rows) for name in address.blanks}
    return reverse(address.name, kwargs={"organisation": organisation} | blanks)


def _blank(name: str, address: Address, rows: dict[str, list[Any]]) -> Any:
    match name:
        case "kind":
            return "team"
        case "dimension":
            return "team"
        case "code":
            return rows["Team"][0].code
        case "token":
            contact = rows["Contact"][0]
            return seal(contact.organisation, "contact", contact.source, contact.external_id)
        case _:
            model = next(OF[start] for start in OF if address.name.startswith(start))
            return getattr(rows[model][0], "reference" if name == "reference" else "pk")
