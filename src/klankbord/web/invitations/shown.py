"""How rules, invitations and blocks are shown, in the language that is being spoken."""

from collections.abc import Iterable
from typing import Any

from klankbord.web.centre.queries import names
from klankbord.web.invitations.actions import can_be_asked_again
from klankbord.web.invitations.checking import Finding
from klankbord.web.invitations.conditions import ATTRIBUTE
from klankbord.web.invitations.models import Block, Invitation, Rule
from klankbord.web.kernel.access import Actor
from klankbord.web.kernel.wording import say, wording
from klankbord.web.surveys.queries import is_anonymous_to

_NAMED = {"channel", "queue", "touchpoint", "client", "site", "team"}


def rule(one: Rule) -> dict[str, Any]:
    """Return a rule with everything said of it in words."""
    return {
        "rule": one,
        "about": [{"label": column(name), "text": _values(name, told)} for name, told in one.conditions.items()],
        "sample": _sample(one),
        "leaves": _leaves(one),
        "quiet": _quiet(one),
        "reminder": say("invitations.says.reminder", n=one.reminder_after_days) if one.reminder_after_days else "",
        "open": say("invitations.says.open", n=one.open_days),
        "asked": getattr(one, "asked", 0),
    }


def invitation(one: Invitation, actor: Actor) -> dict[str, Any]:
    """Return an invitation as a row of the list; of the customer nothing is said."""
    return {
        "invitation": one,
        "contact": f"{one.contact.source} {one.contact.external_id}" if one.contact else "",
        "state": _state(one, answered=one.answered_at is not None and not is_anonymous_to(actor, one.survey)),
        "reason": reason(one.reason) if one.reason else "",
        "when": one.sent_at or one.due_at,
        "can_again": can_be_asked_again(one),
        "can_withdraw": one.reason != "withdrawn" and one.answered_at is None and one.state != "withheld",
    }


def block(one: Block) -> dict[str, Any]:
    """Return a block as a row of the list."""
    return {"block": one, "reason": reason(one.reason), "short": one.mark[:6], "source": _source(one.source)}


def finding(one: Finding) -> dict[str, Any]:
    """Return what was found about mail, in words."""
    text = say(f"invitations.mail.findings.{one.key}", **one.values)
    word = say("invitations.mail.fine") if one.kind == "done" else ""
    return {"kind": one.kind, "text": text, "word": word, "record": one.record}


def counted(counts: Iterable[tuple[str, int]]) -> list[dict[str, Any]]:
    """Return reasons with how often each was met."""
    return [{"reason": reason(name), "count": count} for name, count in counts]


def reason(name: str) -> str:
    """Say why somebody is not asked."""
    key = f"invitations.reasons.{name}"
    return say(key) if wording().knows(key) else name


def column(name: str) -> str:
    """Return what a column is called; an attribute goes by its own name."""
    return name.removeprefix(ATTRIBUTE) if name.startswith(ATTRIBUTE) else say(f"invitations.columns.{name}")


def _values(name: str, values: Iterable[str]) -> str:
    known = names(name) if name in _NAMED else {}
    words = wording()

    def said(value: str) -> str:
        key = f"invitations.values.{value}"
        return known.get(value) or (say(key) if name in {"direction", "handled_by"} and words.knows(key) else value)

    return ", ".join(said(value) for value in values)


def _sample(one: Rule) -> str:
    if one.weekly_per_agent is not None:
        return say("invitations.says.weekly", n=one.weekly_per_agent)
    if one.share is None or one.share >= 1:
        return say("invitations.says.everyone")
    return say("invitations.says.share", share=one.share)


def _leaves(one: Rule) -> str:
    if not one.delay_minutes:
        return say("invitations.says.at_once")
    return say("invitations.says.delay", n=one.delay_minutes)


def _quiet(one: Rule) -> str:
    parts = []
    if one.quiet_from and one.quiet_until:
        parts.append(say("invitations.says.hours", start=f"{one.quiet_from:%H:%M}", end=f"{one.quiet_until:%H:%M}"))
    if one.quiet_days:
        parts.append(", ".join(say(f"invitations.days.{day}") for day in one.quiet_days))
    return "; ".join(parts) or say("invitations.says.never_quiet")


def _state(one: Invitation, *, answered: bool) -> str:
    if one.opted_out_at:
        return say("invitations.states.opted_out")
    if answered:
        return say("invitations.states.answered")
    return say(f"invitations.state.{one.state}")


def _source(name: str) -> str:
    key = f"invitations.sources.{name.replace(' ', '_')}"
    return say(key) if wording().knows(key) else name
