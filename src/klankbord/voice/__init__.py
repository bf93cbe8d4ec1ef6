"""What people wrote: for now, taking personal data out of it."""

from klankbord.voice.redaction import redact

__all__ = ["redact"]
