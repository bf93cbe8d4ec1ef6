"""Signing mail (DKIM, RFC 6376), where the installation has a key: receivers can tell that it comes from us."""

import re
from typing import Final

import dkim
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from django.conf import settings

# Those that a reader sees or acts upon; RFC 8058 asks that both headers of unsubscribing are among them.
_SIGNED: Final = tuple(
    name.encode()
    for name in (
        *("from", "to", "reply-to", "subject", "date", "message-id", "mime-version", "content-type"),
        *("list-unsubscribe", "list-unsubscribe-post"),
    )
)


def is_signing() -> bool:
    """Say whether mail is signed."""
    options = settings.OPTIONS
    return bool(options.dkim_domain and options.dkim_selector and options.dkim_key)


def signature(message: bytes) -> str:
    """Return the value of the header that signs a message; nothing where there is no key."""
    if not is_signing():
        return ""
    options = settings.OPTIONS
    there = {name.strip().lower() for name in re.findall(rb"(?m)^([!-9;-~]+):", message.partition(b"\r\n\r\n")[0])}
    signed = dkim.sign(
        message,
        options.dkim_selector.encode(),
        options.dkim_domain.encode(),
        options.dkim_key.encode(),
        canonicalize=(b"relaxed", b"relaxed"),
        include_headers=[name for name in _SIGNED if name in there],
    )
    _, _, value = signed.partition(b":")
    # In one line: the header is folded again when it is written, which relaxed canonicalisation allows.
    return " ".join(value.decode().split())


def published_record() -> tuple[str, str]:
    """Return the name and the text of the DNS record by which receivers check our signatures."""
    options = settings.OPTIONS
    key = load_pem_private_key(options.dkim_key.encode(), password=None).public_key()
    text = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    body = "".join(line for line in text.splitlines() if not line.startswith("-----"))
    return f"{options.dkim_selector}._domainkey.{options.dkim_domain}", f"v=DKIM1; k=rsa; p={body}"
