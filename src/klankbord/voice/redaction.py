"""Personal data out of free text: e-mail addresses, telephone numbers, bank accounts, cards and long numbers.

Rather one number too many is hidden than one too few; dates, amounts and times stay readable.
"""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

Words = Mapping[str, str]

ENGLISH: Words = MappingProxyType(
    {"email": "[e-mail]", "phone": "[phone number]", "iban": "[bank account]", "card": "[card]", "number": "[number]"}
)

_EMAIL = re.compile(r"[^\s@<>()\[\],;:\"']+\s?(?:@|\(at\)|\[at\])\s?[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:[ .-]?[A-Z0-9]{1,4}){3,8}\b", re.IGNORECASE)
_CARD = re.compile(r"(?<![\w.,])\d(?:[ .-]?\d){12,18}(?!\w)")
_PHONE = re.compile(r"(?<![\w.,])(?:\+|00|\(?0)\)?(?:[ .\-/()]{0,2}\d){8,14}(?!\w)")
_NUMBER = re.compile(r"(?<![\w.,])\d(?:[ .-]?\d){8,}(?!\w)")
_DATE = re.compile(r"\d{1,4}([-./])\d{1,2}\1\d{2,4}(?:[ T]\d{1,4})?")  # an hour that follows belongs to it


def redact(text: str, words: Words = ENGLISH) -> str:
    """Return `text` with personal data replaced by words that say what stood there.

    Parameters
    ----------
    text : str
        What somebody wrote.
    words : Mapping of str to str
        What to write instead of an `email`, `phone`, `iban`, `card` or other long `number`.

    Notes
    -----
    An IBAN is a run that passes the check of ISO 13616 (remainder 1 on division by 97), a card number one that passes
    the check of ISO/IEC 7812 (Luhn). A telephone number begins with +, 00 or 0 and has nine to fifteen digits (E.164).
    Any other run of nine digits or more, such as a citizen or customer number, is hidden as a number.

    Examples
    --------
    >>> redact("Bel mij op 06-12345678 of mail j.jansen@voorbeeld.example voor 20-11-2026")
    'Bel mij op [phone number] of mail [e-mail] voor 20-11-2026'
    """
    if not any(sign.isdigit() or sign in "@([" for sign in text):
        return text
    text = _EMAIL.sub(words["email"], text)
    text = _IBAN.sub(lambda match: _without_iban(match[0], words["iban"]), text)
    text = _CARD.sub(_where(_is_card, words["card"]), text)
    text = _PHONE.sub(_where(_is_phone, words["phone"]), text)
    return _NUMBER.sub(_where(_is_number, words["number"]), text)


def _where(check: Callable[[str], bool], word: str) -> Callable[[re.Match[str]], str]:
    return lambda match: word if check(match[0]) else match[0]


def _without_iban(run: str, word: str) -> str:
    """Replace the longest beginning of a run that is an IBAN; words that follow it look like more of it."""
    ends = (end for end in range(len(run), 14, -1) if run[end - 1].isalnum() and _is_iban(run[:end]))
    end = next(ends, None)
    return run if end is None else word + run[end:]


def _is_iban(run: str) -> bool:
    signs = re.sub(r"[^A-Z0-9]", "", run.upper())
    return 15 <= len(signs) <= 34 and int("".join(str(int(sign, 36)) for sign in signs[4:] + signs[:4])) % 97 == 1


def _is_card(run: str) -> bool:
    digits = [int(sign) for sign in run if sign.isdigit()][::-1]
    doubled = (divmod(2 * digit, 10) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(tens + ones for tens, ones in doubled)) % 10 == 0


def _is_phone(run: str) -> bool:
    return 9 <= sum(sign.isdigit() for sign in run) <= 16 and not _DATE.fullmatch(run)


def _is_number(run: str) -> bool:
    return not _DATE.fullmatch(run)
