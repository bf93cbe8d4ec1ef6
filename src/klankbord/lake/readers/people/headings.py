"""How tools call what they know of people, in their exports and in ours (nl, fr, de, en), and what their words mean."""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from klankbord.lake.readers.people.records import Stop
from klankbord.lake.readers.vocabulary import NO

_STOPPED = (
    "unsubscribed|unsubscribed at|unsubscribe date|opted out|opted out at|opt out|optout|hs email optout|"
    "has opted out of email|do not contact|donotcontact|dont contact|dontcontact|do not email|afgemeld|uitgeschreven|"
    "niet contacteren|niet benaderen|désabonné|désinscrit|ne pas contacter|abgemeldet|nicht kontaktieren"
)
_BOUNCED = (
    "bounced|bounced at|bounce|bounce date|hard bounce|surveybouncedtime|survey bounced time|is email bounced|"
    "email bounced date|onbestelbaar|rebond|unzustellbar"
)
_ASKED = (
    "last sent at|last sent|sent|sent at|last emailed|lastemailed|surveysendtime|survey send time|last survey sent|"
    "last invited|invited at|invitation sent|laatst gevraagd|laatst uitgenodigd|uitgenodigd op|dernier envoi|"
    "invité le|zuletzt gefragt|eingeladen am"
)
# The earlier a heading stands here, the sooner it is taken.
HEADINGS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "id": ("person id", "person", "contact id", "respondentid", "external reference", "customer id", "klantnummer",
               "numéro client", "kundennummer", "id"),
        "email": ("email", "e mail", "email address", "e mail address", "person email", "recipientemail",
                  "recipient email", "emailadres", "e mailadres", "adresse e mail", "e mail adresse"),
        "phone": ("phone", "phone number", "mobile", "telefoon", "telefoonnummer", "téléphone", "telefon",
                  "telefonnummer"),
        "state": ("contact status", "email status", "subscription status", "status", "state"),
        "stopped": tuple(_STOPPED.split("|")),
        "bounced": tuple(_BOUNCED.split("|")),
        "complained": ("complained", "complained at", "spam complaint", "marked as spam", "klacht", "plainte",
                       "beschwerde"),
        "asked": tuple(_ASKED.split("|")),
    }
)  # fmt: skip
_STATES: Final[Mapping[str, Stop | None]] = MappingProxyType(
    dict.fromkeys(("active", "subscribed", "ok", "actief", "actif", "aktiv"))
    | dict.fromkeys(
        ("unsubscribed", "opted out", "optout", "opt out", "do not contact", "afgemeld", "uitgeschreven", "désabonné",
         "désinscrit", "abgemeldet"), "opted_out",
    )
    | dict.fromkeys(("bounced", "hard bounce", "cleaned", "undeliverable", "onbestelbaar", "unzustellbar"), "bounced")
    | dict.fromkeys(("complained", "spam", "marked as spam"), "complained")
)  # fmt: skip


def plain(heading: str) -> str:
    """Return a heading without case and signs, as the lists here write them.

    Examples
    --------
    >>> plain("Unsubscribed_At"), plain("hs_email_optout")
    ('unsubscribed at', 'hs email optout')
    """
    return re.sub(r"[\W_]+", " ", heading).strip().casefold()


def columns_in(headings: Iterable[str]) -> dict[str, str]:
    """Return which heading tells what of people.

    Examples
    --------
    >>> columns_in(("E-mail", "Unsubscribed at", "Team"))
    {'email': 'E-mail', 'stopped': 'Unsubscribed at'}
    """
    by_word = {plain(heading): heading for heading in reversed(list(headings))}
    found = {what: next((by_word[name] for name in names if name in by_word), None) for what, names in HEADINGS.items()}
    return {what: heading for what, heading in found.items() if heading is not None}


def stop_of_state(cell: str) -> Stop | None:
    """Return why somebody in this state must not be asked."""
    return _STATES.get(plain(cell))


def is_state(cell: str) -> bool:
    """Say whether a cell is a state that is known here."""
    return plain(cell) in _STATES


def says_no(cell: str) -> bool:
    """Say whether a cell of a flag or a moment says that it was not."""
    return plain(cell) in {*NO, "", "null", "none", "never", "nooit", "jamais", "nie"}
