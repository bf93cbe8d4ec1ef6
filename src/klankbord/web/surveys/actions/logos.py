"""Logos taken in: small pictures of two kinds, recognised by what they hold and not by what they are called."""

import hashlib
import struct
from typing import Final

from klankbord.errors import KlankbordError
from klankbord.web.kernel import audit
from klankbord.web.kernel.access import Actor, Permission
from klankbord.web.surveys.flaws import MESSAGES
from klankbord.web.surveys.models import Logo

KEPT = audit.entry_type("surveys.logo_kept", shred=audit.keep_all)
MOST_BYTES: Final = 20_000
MOST_PIXELS: Final = 1_000
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_JPEG: Final = b"\xff\xd8\xff"
# Frames that hold the size of a JPEG; the others in this range are tables.
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


class LogoError(KlankbordError):
    """A picture cannot be a logo; `reason` is the code of the flaw."""

    code = "bad_logo"

    def __init__(self, reason: str) -> None:
        super().__init__(MESSAGES[reason], hint="take a PNG or JPEG of at most 20 kB and 1000 pixels", reason=reason)
        self.reason = reason


def keep_logo(*, actor: Actor, content: bytes) -> Logo:
    """Keep a picture as a logo, and return it; the same picture is kept once."""
    actor.require(Permission.MANAGE_SURVEYS)
    if len(content) > MOST_BYTES:
        raise LogoError("too_big")
    kind, width, height = _measured(content)
    if not (0 < width <= MOST_PIXELS and 0 < height <= MOST_PIXELS):
        raise LogoError("too_large")
    digest = hashlib.sha256(content).hexdigest()
    told = {"kind": kind, "width": width, "height": height, "content": content}
    logo: Logo
    logo, is_new = Logo.objects.get_or_create(digest=digest, defaults=told)
    if is_new:
        audit.record(actor, KEPT, f"logo {logo.pk}", kind=kind, bytes=len(content))
    return logo


def _measured(content: bytes) -> tuple[str, int, int]:
    """Return what a picture is, and its width and height, or refuse it."""
    try:
        if content.startswith(_PNG) and content[12:16] == b"IHDR":
            return "png", *struct.unpack(">II", content[16:24])
        if content.startswith(_JPEG):
            return "jpeg", *_size_of_jpeg(content)
    except (struct.error, IndexError):
        pass
    raise LogoError("not_a_picture")


def _size_of_jpeg(content: bytes) -> tuple[int, int]:
    at = 2
    while content[at] == 0xFF:
        kind, (length,) = content[at + 1], struct.unpack(">H", content[at + 2 : at + 4])
        if kind in _FRAMES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + length
    raise LogoError("not_a_picture")
