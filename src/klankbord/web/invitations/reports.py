"""Mail that comes back: what a delivery report (RFC 3464), a complaint (RFC 5965) or an empty letter to stop says."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import Message
from typing import Final, Literal

from klankbord.web.invitations.returns import STOP, TAG

Kind = Literal["bounced", "delayed", "delivered", "complained", "stop", "unknown"]
_TO: Final = ("Original-Recipient", "X-Original-To", "Delivered-To", "Envelope-To", "To", "Original-Rcpt-To")
# RFC 3463: an address that does not exist, or a mailbox that is closed; other failures are about us or pass.
_GONE: Final = re.compile(r"5\.(1\.\d+|2\.1)\b")


@dataclass(frozen=True, slots=True)
class Report:
    """What was returned: its kind, and the tag of the invitation that it is about, if any."""

    kind: Kind
    tag: str = ""


def read_report(raw: bytes, recipients: Iterable[str] = ()) -> Report:
    r"""Read a message that came back; `recipients` are the addresses that the mail server took it for.

    Examples
    --------
    >>> read_report(b"Subject: Out of office\n\nBack on Monday").kind
    'unknown'
    """
    message = message_from_bytes(raw, policy=policy.compat32)
    addressed = " ".join([*recipients, *(str(message[name]) for name in _TO if message[name])]).lower()
    stops = re.search(rf"\+{STOP}{TAG.pattern}@", addressed)
    if stops:
        return Report("stop", f"{stops[1]}-{stops[2]}")
    kind = _kind(message)
    tag = next(_tags(message, addressed), "") if kind != "unknown" else ""
    return Report(kind, tag)


def _kind(message: Message) -> Kind:
    if message.get_content_type() != "multipart/report":
        return "unknown"
    for part in message.walk():
        if part.get_content_type() == "message/feedback-report":
            text = _text(part).lower()
            return "complained" if re.search(r"feedback-type:\s*(abuse|fraud|other)", text) else "unknown"
        if part.get_content_type() == "message/delivery-status":
            return _delivery(_text(part))
    return "unknown"


def _delivery(text: str) -> Kind:
    action = re.search(r"(?im)^action:\s*(\w+)", text)
    status = re.search(r"(?im)^status:\s*([245]\.\d{1,3}\.\d{1,3})", text)
    match action[1].lower() if action else "":
        case "failed":
            return "bounced" if status and _GONE.match(status[1]) else "delayed"
        case "delivered" | "relayed" | "expanded":
            return "delivered"
        case "delayed":
            return "delayed"
    return "unknown"


def _tags(message: Message, addressed: str) -> Iterator[str]:
    """Give the tags that a report names: of the address it came back to, then of the letter that it returns."""
    if found := re.search(rf"\+{TAG.pattern}@", addressed):
        yield f"{found[1]}-{found[2]}"
    for part in message.walk():
        returned = part.get_content_type() in {"message/rfc822", "text/rfc822-headers", "message/rfc822-headers"}
        found = re.search(rf"(?im)^message-id:\s*<{TAG.pattern}(\.2)?@", _text(part)) if returned else None
        if found:
            yield f"{found[1]}-{found[2]}"


def _text(part: Message) -> str:
    """Return the text of a part, whatever is nested in it."""
    payload = part.get_payload()
    if isinstance(payload, list):
        return "\n".join(inner.as_string() for inner in payload if isinstance(inner, Message))
    raw = part.get_payload(decode=True)
    return raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(payload)
