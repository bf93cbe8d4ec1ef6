"""The letter in which the question is put: one tap on a score, in the customer's language, without any image."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from email.utils import formataddr, parseaddr
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from klankbord.web.invitations.links import honeypot_url, page_url, score_url, stop_url
from klankbord.web.invitations.models import Invitation, Sender
from klankbord.web.invitations.returns import bounce_address, message_id_of, stop_address, tag_of
from klankbord.web.kernel.mail import Letter, Picture
from klankbord.web.kernel.models import Organisation
from klankbord.web.kernel.wording import say, wording
from klankbord.web.surveys.asked import Asked
from klankbord.web.surveys.queries import logo_named
from klankbord.web.surveys.questionnaire import Questionnaire

_ROOM: Final = (176, 56)  # pixels for a logo, as on the page that follows


@dataclass(frozen=True, slots=True, kw_only=True)
class From:
    """Who customers get mail from, and who gets their replies."""

    name: str
    address: str
    reply_to: str = ""

    @property
    def written(self) -> str:
        """The two as a header has them."""
        return formataddr((self.name, self.address))


def sender_of(organisation: Organisation) -> From:
    """Return who the customers of an organisation get mail from: it by name, from its own address if it has one."""
    kept = Sender.objects.filter(organisation=organisation).first()
    return From(
        name=(kept.name if kept else "") or organisation.name,
        address=(kept.address if kept else "") or parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        reply_to=kept.reply_to if kept else "",
    )


def spoken(questionnaire: Questionnaire, *said: str) -> str:
    """Return the first language that is said and spoken, else that of the survey."""
    return next((one[:2].lower() for one in said if one[:2].lower() in questionnaire.languages), questionnaire.language)


def letter_for(invitation: Invitation, *, to: str, sender: From, is_reminder: bool = False) -> Letter:
    """Write the letter of an invitation that has its version and its language."""
    version, contact = invitation.version, invitation.contact
    if version is None:
        raise LookupError("an invitation without a version asks nothing")
    asked = Questionnaire.from_dict(version.content).in_language(invitation.language)
    links = Links(
        page=page_url(invitation),
        scores=tuple((score, score_url(invitation, score)) for score in asked.scale),
        stop=stop_url(invitation),
        honeypot=honeypot_url(invitation),
    )
    zone = ZoneInfo(invitation.organisation.zone)
    on = (contact.ended_at or contact.started_at).astimezone(zone).date() if contact else None
    letter = written(asked, links, to=to, sender=sender, on=on, is_reminder=is_reminder)
    headers = {
        "Message-ID": message_id_of(invitation, is_reminder=is_reminder, host=sender.address.rpartition("@")[2]),
        "List-Unsubscribe": ", ".join(f"<{one}>" for one in _ways_out(invitation, links)),
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
    }
    return replace(
        letter,
        bounces_to=bounce_address(invitation),
        reference=tag_of(invitation),
        headers={**letter.headers, **headers},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """The addresses that stand in a letter."""

    page: str
    scores: Sequence[tuple[int, str]]
    stop: str
    honeypot: str


def written(asked: Asked, links: Links, *, to: str, sender: From, on: Any = None, is_reminder: bool = False) -> Letter:
    """Write a letter."""
    logo = logo_named(asked.logo) if asked.logo else None
    picture = Picture(name=f"logo@{asked.logo}", kind=logo.kind, content=bytes(logo.content)) if logo else None
    with translation.override(asked.language):
        told: dict[str, Any] = {
            "asked": asked,
            "links": links,
            "lead": _lead(asked, on, is_reminder=is_reminder),
            "mode": say(f"invitations.letter.{asked.about}.{asked.mode}", brand=asked.brand),
            "why": say(f"invitations.letter.{asked.about}.why", brand=asked.brand),
            "cell_width": f"{100 // len(asked.scale)}%",
            "picture": picture,
            "size": logo.within(*_ROOM) if logo else None,
        }
        kind = "reminder" if is_reminder else "first"
        subject = " ".join(say(f"invitations.letter.{asked.about}.subject.{kind}", brand=asked.brand).split())
        told["subject"] = subject
        text = render_to_string("invitations/letter.txt", told)
        return Letter(
            to=to,
            subject=subject,
            text=f"{text.strip()}\n",
            html=render_to_string("invitations/letter.html", told),
            picture=picture,
            sender=sender.written,
            headers={"Content-Language": asked.language} | ({"Reply-To": sender.reply_to} if sender.reply_to else {}),
        )


def _lead(asked: Asked, on: Any, *, is_reminder: bool) -> str:
    kind = "reminder" if is_reminder else "first"
    if asked.about == "work":
        return say(f"invitations.letter.work.lead.{kind}", brand=asked.brand)
    if on is None:
        return say(f"invitations.letter.contact.undated.{kind}", brand=asked.brand)
    return say(f"invitations.letter.contact.lead.{kind}", brand=asked.brand, day=wording().formats.day(on))


def _ways_out(invitation: Invitation, links: Links) -> list[str]:
    mail = stop_address(invitation)
    return [links.stop, f"mailto:{mail}?subject=stop"] if mail else [links.stop]
