"""What the menu offers, and to whom: one line an entry."""

from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from django.conf import settings
from django.urls import reverse

from klankbord.web.kernel.access import Actor, Permission
from klankbord.web.kernel.wording import say

_P = Permission


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the menu: the name of its address, which is also the key of its label, and what it needs.

    `leads_to` are pages that it leads to and whose addresses lie beside its own.
    """

    url: str
    permission: Permission
    leads_to: tuple[str, ...] = ()


MENU: dict[str, tuple[Entry, ...]] = {
    "understand": (
        Entry("overview", _P.SEE_NUMBERS),
        Entry("question", _P.SEE_NUMBERS),
        Entry("contact-list", _P.SEE_CONTACTS),
    ),
    "listen": (
        Entry("survey-list", _P.SEE_SURVEYS),
        Entry("answer-list", _P.SEE_SURVEYS),
        Entry("asked-list", _P.SEE_SURVEYS),
        Entry("rule-list", _P.SEE_SURVEYS, ("clock-list", "mail-check")),
        Entry("block-list", _P.SEE_PERSONAL),
    ),
    "bring_in": (
        Entry("upload-list", _P.BRING_IN),
        Entry("intake-list", _P.MANAGE_ORGANISATION),
        Entry("webhook-list", _P.MANAGE_WEBHOOKS),
        Entry("job-list", _P.SEE_JOBS),
    ),
    "arrange": (
        Entry("centre", _P.SEE_CENTRE),
        Entry("member-list", _P.MANAGE_PEOPLE),
        Entry("token-list", _P.MANAGE_TOKENS),
        Entry("organisation-settings", _P.MANAGE_ORGANISATION),
    ),
    "protect": (
        Entry("rights", _P.MANAGE_PRIVACY),
        Entry("retention", _P.MANAGE_PRIVACY),
        Entry("audit-log", _P.SEE_AUDIT),
    ),
}


if settings.OPTIONS.demo:
    MENU["listen"] += (Entry("outbox-list", _P.SEE_NUMBERS),)


def navigation_for(actor: Actor, path: str) -> list[dict[str, Any]]:
    """Return the menu as an actor sees it, with the entry that the page at this path belongs to."""
    shown = [entry for entries in MENU.values() for entry in entries if actor.may(entry.permission)]

    def address(url: str) -> str:
        return reverse(url, kwargs={"organisation": actor.organisation.slug})

    addresses = {entry: address(entry.url) for entry in shown}
    places = [(place, entry) for entry in shown for place in map(address, (entry.url, *entry.leads_to))]
    matching = [(len(place), entry) for place, entry in places if path.startswith(place)]
    current = max(matching, key=itemgetter(0), default=(0, None))[1]
    groups = {
        group: [
            {"label": say(f"site.menu.{_key(entry.url)}"), "url": addresses[entry], "current": entry is current}
            for entry in entries
            if entry in addresses
        ]
        for group, entries in MENU.items()
    }
    return [{"label": say(f"site.groups.{group}"), "entries": entries} for group, entries in groups.items() if entries]


def _key(url: str) -> str:
    return url.replace("-", "_")
