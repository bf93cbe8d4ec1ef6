"""What can be set from outside: each option with its name, type, default and help, read from the environment."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from klankbord.errors import OptionError, nearest

PREFIX = "KLANKBORD_"
_TRUE, _FALSE = frozenset({"1", "true", "yes", "on"}), frozenset({"0", "false", "no", "off", ""})


def _flag(text: str) -> bool:
    folded = text.strip().casefold()
    if folded not in _TRUE | _FALSE:
        raise ValueError
    return folded in _TRUE


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.replace(",", " ").split())


def _rsa_key(text: str) -> str:
    r"""Return a private RSA key in PEM; where a variable holds one line only, its line ends are written as \n."""
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey  # noqa: PLC0415  rarely needed
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415

    key = text.replace("\\n", "\n").strip()
    try:
        is_ours = not key or isinstance(load_pem_private_key(key.encode(), password=None), RSAPrivateKey)
    except TypeError:  # it wants a password
        is_ours = False
    if not is_ours:
        raise ValueError
    return key


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One option of an installation; a secret may also be given as a file by the name with `_FILE` behind it."""

    name: str
    type: Callable[[str], Any]
    default: Any
    help: str
    secret: bool = False

    @property
    def variable(self) -> str:
        """The environment variable that gives it."""
        return f"{PREFIX}{self.name}"


SETTINGS = (
    Setting(name="HOME", type=Path, default=Path("klankbord-data"), help="Folder of everything an installation keeps."),
    Setting(
        name="DATABASE_URL",
        type=str,
        default="",
        help="The register: postgresql://user@host:port/name; SQLite in HOME without.",
        secret=True,
    ),
    Setting(name="URL", type=str, default="http://127.0.0.1:8000", help="Address at which people reach it."),
    Setting(name="LISTEN", type=str, default="127.0.0.1:8000", help="Address and port that `serve` listens on."),
    Setting(name="HOSTS", type=_words, default=(), help="Further host names it answers to, besides that of URL."),
    Setting(name="WORKERS", type=int, default=2, help="Processes that answer requests, each with threads."),
    Setting(
        name="SECRET_KEY",
        type=str,
        default="",
        help="Signs sessions and links; made in HOME at first start without.",
        secret=True,
    ),
    Setting(
        name="FIELD_KEYS",
        type=_words,
        default=(),
        help="Keys that encrypt addresses and raw records, newest first; made in HOME at first start without.",
        secret=True,
    ),
    Setting(
        name="MAIL_URL",
        type=str,
        default="",
        help="Outgoing mail: smtp://user:password@host:port, smtps, smtp+starttls, or a service such as postmark://key@.",
        secret=True,
    ),
    Setting(
        name="MAIL_FROM", type=str, default="klankbord@localhost", help="Sender of what the product writes itself."
    ),
    Setting(
        name="MAIL_BOUNCES",
        type=str,
        default="",
        help="Address that returned mail goes to, as bounces@mail.example, piped into `klankbord bounce`.",
    ),
    Setting(
        name="MAIL_PER_MINUTE", type=int, default=600, help="Letters a minute at most, of all organisations together."
    ),
    Setting(
        name="MAIL_WEBHOOK_SECRET",
        type=str,
        default="",
        help="name:password with which a mail service tells us of bounces and complaints.",
        secret=True,
    ),
    Setting(name="DKIM_DOMAIN", type=str, default="", help="Domain in whose name mail is signed."),
    Setting(name="DKIM_SELECTOR", type=str, default="klankbord", help="Under which name its key stands in DNS."),
    Setting(
        name="DKIM_KEY",
        type=_rsa_key,
        default="",
        help="Private RSA key that signs mail, in PEM and without a password.",
        secret=True,
    ),
    Setting(name="OIDC_NAME", type=str, default="", help="What the button of a sign-in of your own says."),
    Setting(name="OIDC_ISSUER", type=str, default="", help="Address of the OpenID Connect provider."),
    Setting(name="OIDC_CLIENT_ID", type=str, default="", help="Client id at the OpenID Connect provider."),
    Setting(name="OIDC_CLIENT_SECRET", type=str, default="", help="Client secret at that provider.", secret=True),
    Setting(
        name="TRUSTED_PROXIES",
        type=int,
        default=0,
        help="Proxies in front that are believed about who asks, and whether over https.",
    ),
    Setting(name="DEMO", type=_flag, default=False, help="A demonstration: anybody may be any of its people."),
    Setting(name="DEBUG", type=_flag, default=False, help="Show errors in full; never where others reach it."),
)
# Other rooms read these, not the web product.
_ELSEWHERE = frozenset({"LAKE", "LAKE_KEY", "CHROMIUM", "TEST_DATABASE_URL", "LANGUAGE", "BENCH", "BENCH_POSTGRES"})


class Options:
    """The options as they are set, each as an attribute in lower case; frozen once read."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        _refuse_unknown(environment)
        for setting in SETTINGS:
            object.__setattr__(self, setting.name.lower(), _read(setting, environment))

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{name} is read once, at the start")


def read_options(environment: Mapping[str, str] | None = None) -> Options:
    """Read the options from the environment.

    An unknown name is refused: a misspelt option would otherwise be one that silently does nothing.
    """
    return Options(os.environ if environment is None else environment)


def _read(setting: Setting, environment: Mapping[str, str]) -> Any:
    text = environment.get(setting.variable)
    if setting.secret and text is None and (path := environment.get(f"{setting.variable}_FILE")):
        try:
            text = Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            message = f"{setting.variable}_FILE cannot be read: {error.strerror}"
            raise OptionError(message, hint="check the path") from error
    if text is None:
        return setting.default
    try:
        return setting.type(text)
    except ValueError:
        raise OptionError(f"{setting.variable} cannot be used as it is", hint=setting.help) from None


def _refuse_unknown(environment: Mapping[str, str]) -> None:
    known = {setting.variable for setting in SETTINGS} | {f"{PREFIX}{name}" for name in _ELSEWHERE}
    known |= {f"{name}_FILE" for name in known}
    for name in environment:
        if name.startswith(PREFIX) and name not in known:
            near = nearest(name, known)
            hint = f"did you mean {near}?" if near else "see docs/settings.md"
            raise OptionError(f"there is no setting {name}", hint=hint)


def reference() -> str:
    """Return the page of docs that lists every option."""
    rows = [
        f"| `{setting.variable}` | {_shown(setting.default)} | {setting.help}{' *' if setting.secret else ''} |"
        for setting in SETTINGS
    ]
    return "\n".join(
        [
            "# Settings",
            "",
            "An installation is set up by environment variables. None is needed to begin with. A name that is not",
            "in this list is refused at the start, so that a misspelt setting cannot silently do nothing.",
            "",
            "| variable | default | what it does |",
            "| --- | --- | --- |",
            *rows,
            "",
            "Those marked * are secrets: each may be given as the path of a file instead, in the variable of that",
            "name with `_FILE` behind it. This page is written by `klankbord settings`.",
            "",
        ]
    )


def _shown(default: object) -> str:
    if isinstance(default, bool):
        return "yes" if default else "no"
    return f"`{default}`" if default not in {"", ()} else "none"
