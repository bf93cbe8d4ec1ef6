"""Mail that goes out: letters in the words of the catalogues, and the one door through which they are sent."""

import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from email.mime.image import MIMEImage
from email.utils import parseaddr
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused
from typing import Any, Final

from anymail.exceptions import AnymailError, AnymailRecipientsRefused
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils import translation

from klankbord.errors import KlankbordError
from klankbord.web.kernel.signing_mail import signature
from klankbord.web.kernel.wording import say

_FINAL: Final = range(500, 600)  # RFC 5321: the server will say the same next time
_NO_SUCH_MAILBOX: Final = frozenset({550, 551, 553})
# RFC 3463: what is wrong is the address (x.1.x), or the mailbox is closed (x.2.1); 5.7.x is about us.
_OF_THE_ADDRESS: Final = re.compile(rb"5\.(1\.\d+|2\.1)\b")
_ENHANCED: Final = re.compile(rb"[245]\.\d{1,3}\.\d{1,3}\b")
_log = logging.getLogger("klankbord.mail")


class MailError(KlankbordError):
    """A letter was not sent.

    `is_final` where trying again is of no use; `is_refusal` where the server spoke of this letter, and may take the
    next; `is_of_the_address` where the address does not exist.
    """

    code = "mail_not_sent"

    def __init__(
        self,
        message: str,
        *,
        hint: str,
        case: str,
        is_final: bool = False,
        is_refusal: bool = False,
        is_of_the_address: bool = False,
        **data: object,
    ) -> None:
        super().__init__(message, hint=hint, case=case, **data)
        self.is_final = is_final
        self.is_refusal = is_refusal
        self.is_of_the_address = is_of_the_address


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture that a letter carries along, so that nothing has to be fetched to see it; `kind` is png or jpeg."""

    name: str
    kind: str
    content: bytes

    @property
    def address(self) -> str:
        """What HTML calls it."""
        return f"cid:{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One letter to one address, as plain text, and as HTML too where there is any.

    `sender` is who it is from, and `bounces_to` where the mail servers on the way return it to; by `reference` a
    mail service tells us later what became of it.
    """

    to: str
    subject: str
    text: str
    html: str = ""
    picture: Picture | None = None
    sender: str = ""
    bounces_to: str = ""
    reference: str = ""
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
        raise MailError("no mail server is set", hint="set KLANKBORD_MAIL_URL", case="kernel.mail_not_set_up")
    connection = get_connection()

    def post(letter: Letter) -> None:
        message = _message(letter, connection)
        try:
            connection.open()
            message.send()
        except (SMTPException, OSError, AnymailError) as error:
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


class _Message(EmailMultiAlternatives):
    """A message that is signed, where the installation has a key for that."""

    metadata: dict[str, str]
    # The only thing that is attached is a picture in the HTML: mailboxes then list no attachment.
    mixed_subtype = "related"

    def message(self, **options: Any) -> Message:  # type: ignore[override]
        """Return it as it goes out."""
        made = super().message(**options)
        if signed := signature(made.as_bytes(linesep="\r\n")):  # type: ignore[call-arg]
            made["DKIM-Signature"] = signed
        return made


def _message(letter: Letter, connection: Any) -> _Message:
    sender = letter.sender or settings.DEFAULT_FROM_EMAIL
    message = _Message(
        letter.subject,
        letter.text,
        letter.bounces_to or parseaddr(sender)[1],
        [letter.to],
        headers={"From": sender, **letter.headers},
        connection=connection,
    )
    if letter.html:
        message.attach_alternative(letter.html, "text/html")
    if letter.picture:
        message.attach(_inline(letter.picture))
    if letter.reference:
        message.metadata = {"reference": letter.reference}
    return message


def _inline(picture: Picture) -> MIMEImage:
    part = MIMEImage(picture.content, picture.kind)
    part["Content-ID"] = f"<{picture.name}>"
    part.add_header("Content-Disposition", "inline", filename=f"{picture.name.partition('@')[0]}.{picture.kind}")
    return part


def _failure(error: SMTPException | OSError | AnymailError) -> MailError:
    answers: list[tuple[int, bytes]] = []
    if isinstance(error, SMTPRecipientsRefused):
        answers = list(error.recipients.values())
    elif isinstance(error, SMTPDataError):
        answers = [(error.smtp_code, _bytes(error.smtp_error))]
    elif isinstance(error, AnymailRecipientsRefused):
        answers = [(550, b"5.1.1")]
    if answers:
        codes = sorted({code for code, _ in answers})
        return MailError(
            f"the mail server refused it ({', '.join(map(str, codes))})",
            hint="see whether the address is right",
            case="kernel.mail_refused",
            codes=codes,
            is_final=set(codes) <= set(_FINAL),
            is_refusal=True,
            is_of_the_address=all(_is_of_the_address(code, _bytes(text)) for code, text in answers),
        )
    kind = type(error).__name__
    hint = "check KLANKBORD_MAIL_URL: address, port, user and password"
    return MailError(f"the mail server cannot be used ({kind})", hint=hint, case="kernel.mail_unusable", kind=kind)


def _is_of_the_address(code: int, text: bytes) -> bool:
    """Say whether a refusal is about the address: not about us, our content, or a mailbox that is full."""
    if code not in _FINAL:
        return False
    return bool(_OF_THE_ADDRESS.match(text)) if _ENHANCED.match(text) else code in _NO_SUCH_MAILBOX


def _bytes(text: bytes | str) -> bytes:
    return text.encode() if isinstance(text, str) else text
