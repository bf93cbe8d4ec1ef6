"""Where mail goes out: a plain server, a mail service, or an outbox of the demonstration, as one address names it."""

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import SplitResult, unquote, urlsplit

from klankbord.errors import OptionError

_SMTP: Final = {"smtp", "smtps", "smtp+starttls"}
_Keys = Callable[[SplitResult], dict[str, str]]


def _user(url: SplitResult) -> str:
    return unquote(url.username or "")


def _mailgun(url: SplitResult) -> dict[str, str]:
    return {"MAILGUN_API_KEY": _user(url), "MAILGUN_SENDER_DOMAIN": url.hostname or ""} | (
        {"MAILGUN_API_URL": "https://api.eu.mailgun.net/v3"} if url.path == "/eu" else {}
    )


# What each service wants to know, from `service://key@`.
_SERVICES: Final[dict[str, _Keys]] = {
    "brevo": lambda url: {"BREVO_API_KEY": _user(url)},
    "mailersend": lambda url: {"MAILERSEND_API_TOKEN": _user(url)},
    "mailgun": _mailgun,
    "mailjet": lambda url: {"MAILJET_API_KEY": _user(url), "MAILJET_SECRET_KEY": unquote(url.password or "")},
    "postmark": lambda url: {"POSTMARK_SERVER_TOKEN": _user(url)},
    "resend": lambda url: {"RESEND_API_KEY": _user(url)},
    "sendgrid": lambda url: {"SENDGRID_API_KEY": _user(url)},
    "sparkpost": lambda url: {"SPARKPOST_API_KEY": _user(url)},
}
SCHEMES: Final = (*sorted(_SMTP), *_SERVICES)


def mail_settings(address: str, *, webhook_secret: str = "", is_demo: bool = False) -> dict[str, Any]:
    """Return what Django is to know of outgoing mail.

    Raises
    ------
    OptionError
        When the address names no way of sending mail that there is.
    """
    url = urlsplit(address)
    if not address:
        return {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    if url.scheme == "outbox" and is_demo:
        return {"EMAIL_BACKEND": "klankbord.web.kernel.outbox.EmailBackend"}
    if url.scheme in _SERVICES:
        keys = {"WEBHOOK_SECRET": webhook_secret} if webhook_secret else {}
        return {
            "EMAIL_BACKEND": f"anymail.backends.{url.scheme}.EmailBackend",
            "ANYMAIL": _SERVICES[url.scheme](url) | keys,
        }
    if url.scheme in _SMTP and url.hostname:
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": url.hostname,
            "EMAIL_PORT": url.port or {"smtps": 465, "smtp+starttls": 587}.get(url.scheme, 25),
            "EMAIL_HOST_USER": _user(url),
            "EMAIL_HOST_PASSWORD": unquote(url.password or ""),
            "EMAIL_USE_SSL": url.scheme == "smtps",
            "EMAIL_USE_TLS": url.scheme == "smtp+starttls",
        }
    raise OptionError(
        f"KLANKBORD_MAIL_URL begins with {url.scheme or address[:20]!r}, by which no mail goes out",
        hint=f"begin with one of {', '.join(SCHEMES)}",
    )


def is_service(address: str) -> bool:
    """Say whether mail goes out by a service that tells later what became of it."""
    return urlsplit(address).scheme in _SERVICES
