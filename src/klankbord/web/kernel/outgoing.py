"""HTTP to addresses that users gave: never into the network that the product stands in, never longer than allowed."""

import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from threading import Timer
from time import monotonic
from urllib.parse import quote, urlsplit

from django.conf import settings

from klankbord import __version__
from klankbord.errors import KlankbordError

_Address = IPv4Address | IPv6Address
_PORTS = {"http": 80, "https": 443}
_READ = 8192  # bytes of an answer; nobody needs more of it than a glance
_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address
_TEREDO = IPv6Network("2001::/32")  # RFC 4380: a tunnel to whoever built it
_PATH = "/%:@!$&'()*+,;=~"
_CONTROLS = {code: None for code in range(32) if chr(code) not in "\t\n"}


class OutgoingError(KlankbordError):
    """An address could not be reached; `reason` is one of no_host, no_answer, no_connection, private, no_address."""

    code = "unreachable"

    def __init__(self, message: str, *, reason: str, hint: str | None = None, **data: object) -> None:
        super().__init__(message, hint=hint, case="", reason=reason, **data)
        self.reason = reason


class RefusedAddressError(OutgoingError):
    """An address is none that the product goes to."""

    code = "refused_address"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, and the beginning of the text."""

    status: int
    text: str


@dataclass(frozen=True, slots=True)
class Destination:
    """An address taken apart, of a kind that we go to."""

    secure: bool
    host: str
    port: int
    target: str


def post(url: str, body: bytes, headers: Mapping[str, str], *, timeout_s: float = 15) -> Answer:
    """Send a body to an address and return what it answers, whatever its status; redirects are not followed.

    The host is looked up once, every address found is held against the rules, and the connection goes to the very
    address that was checked, so that a name cannot point elsewhere a moment later.
    """
    to, end = destination(url), monotonic() + timeout_s
    failure: Exception | None = None
    try:
        with closing(_connected(to, end)) as connected, _ended_at(end, connected):
            answer = _ask(connected, to, body, headers)
    except (OSError, HTTPException, ValueError) as error:
        failure = error
    # First the clock: what was cut off may look like an answer, or like any other failure.
    if monotonic() >= end:
        raise OutgoingError(f"no complete answer within {timeout_s:g} seconds", reason="no_answer", seconds=timeout_s)
    if failure is not None:
        kind = _kind(failure)
        raise OutgoingError(f"no connection, or none that HTTP can use: {kind}", reason="no_connection", kind=kind)
    return answer


def destination(url: str) -> Destination:
    """Take an address apart; refuse what is no http or https, carries a password, or names a private address."""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").encode("idna").decode()
        port = parts.port or _PORTS[parts.scheme]
    except (ValueError, KeyError):
        host, port = "", 0
    if not host or "@" in parts.netloc:
        raise RefusedAddressError(
            "this is no address that can be used", reason="no_address", hint="https://host/path, without a password"
        )
    target = quote(parts.path or "/", safe=_PATH)
    if parts.query:
        target += f"?{quote(parts.query, safe=_PATH + '?')}"
    if (literal := _literal(host)) and not _is_allowed(literal):
        raise _refused()
    return Destination(parts.scheme == "https", host, port, target)


def _refused() -> RefusedAddressError:
    return RefusedAddressError(
        "this address lies in a private network", reason="private", hint="give one that is public on the internet"
    )


def _literal(host: str) -> _Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _connected(to: Destination, end: float) -> socket.socket:
    failure: OSError = OSError()
    for address in _addresses(to):
        try:
            return _secured(socket.create_connection((str(address), to.port), timeout=_left(end)), to)
        except OSError as error:
            failure = error
    raise failure


def _addresses(to: Destination) -> list[_Address]:
    try:
        found = socket.getaddrinfo(to.host, to.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise OutgoingError("there is no host of this name", reason="no_host", hint="check the address") from None
    addresses = [ip_address(str(entry[4][0])) for entry in found]
    # One private address among public ones is a trick or a mistake; either way nothing goes there.
    if not addresses or not all(map(_is_allowed, addresses)):
        raise _refused()
    return addresses


def _is_allowed(address: _Address) -> bool:
    allowed: list[IPv4Network | IPv6Network] = [ip_network(net) for net in getattr(settings, "OUTGOING_ALLOWED", ())]
    return is_public(address) or any(address in network for network in allowed)


def is_public(address: _Address) -> bool:
    """Say whether an address lies on the internet, also when an IPv4 address is wrapped in it."""
    if isinstance(address, IPv6Address):
        wrapped = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            wrapped = IPv4Address(int(address) & 0xFFFFFFFF)
        if wrapped is not None:
            return is_public(wrapped)
        if address in _TEREDO or address.scope_id:
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _secured(plain: socket.socket, to: Destination) -> socket.socket:
    """Put TLS around a socket; hands are shaken later, where the time for it is limited too."""
    if not to.secure:
        return plain
    return ssl.create_default_context().wrap_socket(plain, server_hostname=to.host, do_handshake_on_connect=False)


@contextmanager
def _ended_at(end: float, connected: socket.socket) -> Iterator[None]:
    """Cut the connection off when time is up: a timeout of the socket alone starts anew with every byte."""
    timer = Timer(_left(end), _cut, (connected,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _cut(connected: socket.socket) -> None:
    with suppress(OSError):
        # The plain socket's method, because that of TLS is not made to be called from another thread.
        socket.socket.shutdown(connected, socket.SHUT_RDWR)


def _left(end: float) -> float:
    return max(end - monotonic(), 0.01)


def _kind(error: Exception) -> str:
    """Name what failed without repeating what the other side said."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate is not trusted ({error.verify_message})"
    return (error.strerror if isinstance(error, OSError) else None) or type(error).__name__


def _ask(connected: socket.socket, to: Destination, body: bytes, headers: Mapping[str, str]) -> Answer:
    if isinstance(connected, ssl.SSLSocket):
        connected.do_handshake()
    connection = HTTPConnection(to.host, to.port)
    connection.sock = connected
    usual = _PORTS["https" if to.secure else "http"]
    name = f"[{to.host}]" if ":" in to.host else to.host
    host = name if to.port == usual else f"{name}:{to.port}"
    ours = {"Host": host, "User-Agent": f"Klankbord/{__version__}", "Connection": "close"}
    with suppress(BrokenPipeError):  # who answers before all is said may still have answered something
        connection.request("POST", to.target, body, {**ours, **headers})
    answer = connection.getresponse()
    text = answer.read(_READ).decode("utf-8", "replace").translate(_CONTROLS)
    return Answer(answer.status, text)
