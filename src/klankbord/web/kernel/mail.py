"""Mail that goes out: letters in the words of the catalogues, and the one door through which they are sent."""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils import translation

from klankbord.errors import KlankbordError
from klankbord.web.kernel.wording import say

_FINAL = range(500, 600)  # RFC 5321: the server will say the same next time
_log = logging.getLogger("klankbord.mail")


class MailError(KlankbordError):
    """A letter was not sent; `is_final` where trying again is of no use, as with an address that does not exist."""

    code = "mail_not_sent"

    def __init__(self, message: str, *, hint: str, is_final: bool = False) -> None:
        super().__init__(message, hint=hint)
        self.is_final = is_final


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One letter to one address, as plain text."""

    to: str
    subject: str
    text: str
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def worded(cls, key: str, to: str, *, language: str, **values: object) -> "Letter":
        """Write the letter that a catalogue holds under a key, as `subject` and `text`, in a language."""
        with translation.override(language):
            subject = say(f"{key}.subject", **values)
            text = f"{say(f'{key}.text', **values).strip()}\n\n{say('kernel.mail.end')}\n"
        return cls(to=to, subject=" ".join(subject.split()), text=text)


def is_set_up() -> bool:
    """Say whether this installation can send mail."""
    return bool(settings.OPTIONS.mail_url)


@contextmanager
def posting() -> Iterator[Callable[[Letter], None]]:
    """Give what sends a letter, over one connection for all that are sent within.

    It raises a `MailError` where a letter is not sent; whoever goes on with the next one gets a new connection where
    the old one is gone.

    Raises
    ------
    MailError
        When this installation has no mail server.
    """
    if not is_set_up():
        raise MailError("no mail server is set", hint="set KLANKBORD_MAIL_URL")
    connection = get_connection()

    def post(letter: Letter) -> None:
        message = EmailMessage(
            letter.subject, letter.text, to=[letter.to], headers=dict(letter.headers), connection=connection
        )
        try:
            connection.open()
            message.send()
        except (SMTPException, OSError) as error:
            failure = _failure(error)
            if not failure.is_final:
                connection.close()
            # What the server said may hold the address, and this may be written into a log.
            raise failure from None

    try:
        yield post
    finally:
        connection.close()


def send(key: str, to: str, *, language: str, **values: object) -> bool:
    """Send a letter of the catalogues now, and say whether it went out.

    Mail that cannot be sent stops nobody: what it would have told is shown on a page as well.
    """
    if not is_set_up():
        return False
    try:
        with posting() as post:
            post(Letter.worded(key, to, language=language, **values))
    except MailError as error:
        _log.warning("a letter (%s) could not be sent: %s", key, error.message)
        return False
    return True


def _failure(error: SMTPException | OSError) -> MailError:
    codes = set[int]()
    if isinstance(error, SMTPRecipientsRefused):
        codes = {code for code, _ in error.recipients.values()}
    elif isinstance(error, SMTPDataError):
        codes = {error.smtp_code}
    if codes:
        said = f"the mail server refused it ({', '.join(map(str, sorted(codes)))})"
        return MailError(said, hint="see whether the address is right", is_final=codes <= set(_FINAL))
    said = f"the mail server cannot be used ({type(error).__name__})"
    return MailError(said, hint="check KLANKBORD_MAIL_URL: address, port, user and password")
