"""Keyed pseudonyms: the same person always gets the same one, and nobody can tell who it is without the key."""

import hashlib
import hmac
import os
import re
import secrets
from pathlib import Path
from string import ascii_lowercase, ascii_uppercase

from klankbord.errors import LakeError, OptionError
from klankbord.lake.store.settings import settle

LENGTH = 20  # hexadecimal digits: 80 bits, so that among 100 million people no two are likely to meet
_BLOCK = 64
_PHONE = "(tel:)? *[+]?[0-9][0-9 ()./-]{5,}"
# Only these, because engines disagree on the small letter of some others.
_LETTERS = (ascii_uppercase, ascii_lowercase)
_VARIABLE = "KLANKBORD_LAKE_KEY"


class Key:
    """The secret that makes pseudonyms.

    Parameters
    ----------
    secret : bytes
        At least sixteen bytes.

    Notes
    -----
    A pseudonym is the first 80 bits of HMAC-SHA-256 (RFC 2104) over the identifier, folded: lower case, no blanks
    around it, and a telephone number as its digits, with + for a leading 00.

    Examples
    --------
    >>> key = Key(b"sixteen bytes...")
    >>> key.pseudonym(" Jan@Voorbeeld.example") == key.pseudonym("jan@voorbeeld.example")
    True
    >>> key.pseudonym("tel:+31 20 555 01 01") == key.pseudonym("0031205550101")
    True
    """

    def __init__(self, secret: bytes) -> None:
        if len(secret) < 16:
            raise OptionError(
                "the key of the lake is too short",
                hint="take 32 random bytes, such as: openssl rand -hex 32",
                case="short_key",
            )
        self._secret = secret
        self._begun = hmac.new(secret, digestmod=hashlib.sha256)  # once, as that is most of the work

    @property
    def fingerprint(self) -> str:
        """What tells one key from another without giving it away."""
        return self._signed(b"klankbord lake key")[:16]

    def pseudonym(self, identifier: str) -> str:
        """Return the pseudonym of a person."""
        return self._signed(_folded(identifier).encode())[:LENGTH]

    def mark(self, pseudonym: str) -> str:
        """Return what is remembered of somebody who was erased: enough to know them again, not to find them."""
        return self._signed(b"erased" + pseudonym.encode())[:LENGTH]

    def sql(self, column: str) -> str:
        """Return SQL that makes pseudonyms of a column in the engine, equal to those of `pseudonym`."""
        return f"substr({self._digest(f'encode({_folded_sql(column)})')}, 1, {LENGTH})"

    def mark_sql(self, column: str) -> str:
        """Return SQL that marks a column of pseudonyms, equal to `mark`."""
        return f"substr({self._digest(f'encode(concat({chr(39)}erased{chr(39)}, {column}))')}, 1, {LENGTH})"

    def _signed(self, message: bytes) -> str:
        signing = self._begun.copy()
        signing.update(message)
        return signing.hexdigest()

    def _digest(self, message: str) -> str:
        """Return SQL of HMAC: the engine knows the hash, and the two padded keys go before its messages."""
        key = self._secret if len(self._secret) <= _BLOCK else hashlib.sha256(self._secret).digest()
        inner, outer = (_blob(bytes(byte ^ pad for byte in key.ljust(_BLOCK, b"\0"))) for pad in (0x36, 0x5C))
        return f"sha256({outer} || unhex(sha256({inner} || {message})))"


def find_key(folder: Path) -> Key:
    """Return the key of a lake: from the environment, from a file it names, or from the file beside the lake.

    Raises
    ------
    LakeError
        When there is no key.
    """
    if text := os.environ.get(_VARIABLE):
        return Key(_secret(text))
    named = os.environ.get(f"{_VARIABLE}_FILE")
    path = Path(named) if named else key_path(folder)
    try:
        return Key(_secret(path.read_text(encoding="utf-8")))
    except OSError:
        hint = f"set {_VARIABLE} or {_VARIABLE}_FILE, or put the file back"
        raise LakeError(f"the key of the lake is not in {path}", hint=hint, case="missing_key") from None


def make_key(folder: Path, secret: bytes | None = None) -> Key:
    """Return the key that the environment gives, or make one in a file beside the lake that only its owner can read.

    Raises
    ------
    LakeError
        When a key is wanted, and another one is there.
    """
    if os.environ.get(_VARIABLE) or os.environ.get(f"{_VARIABLE}_FILE") or key_path(folder).exists():
        found = find_key(folder)
        if secret is not None and Key(secret).fingerprint != found.fingerprint:
            hint = "move it away, or choose another folder"
            raise LakeError(
                f"there is another key for {folder}, in {key_path(folder)} or the environment",
                hint=hint,
                case="other_key",
            )
        return found
    secret = secret or secrets.token_bytes(32)
    handle = os.open(key_path(folder), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(secret.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    settle(folder.parent)
    return Key(secret)


def key_path(folder: Path) -> Path:
    """Return where the key lies by default: beside the lake, so that who is given the lake has no key."""
    return folder.parent / f"{folder.name}.key"


def _secret(text: str) -> bytes:
    text = text.strip()
    try:
        return bytes.fromhex(text)
    except ValueError:
        return text.encode()


def _folded(identifier: str) -> str:
    text = identifier.strip(" ").translate(str.maketrans(*_LETTERS))
    if not re.fullmatch(_PHONE, text):
        return text
    return re.sub(r"^00", "+", re.sub(r"[^0-9+]", "", text))


def _folded_sql(column: str) -> str:
    text = "translate(trim({}, ' '), '{}', '{}')".format(column, *_LETTERS)
    digits = f"regexp_replace(regexp_replace({text}, '[^0-9+]', '', 'g'), '^00', '+')"
    return f"case when regexp_full_match({text}, '{_PHONE}') then {digits} else {text} end"


def _blob(data: bytes) -> str:
    return "'" + "".join(f"\\x{byte:02X}" for byte in data) + "'::blob"
