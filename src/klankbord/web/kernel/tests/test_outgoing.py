"""HTTP to addresses that users gave, tried against a real receiver and real names."""

import datetime as dt
import socket
import ssl
import threading
import time
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from klankbord.web.kernel.outgoing import OutgoingError, RefusedAddressError, destination, is_public, post
from klankbord.web.kernel.tests.receiver import receiving

PRIVATE = [
    "127.0.0.1",
    "127.9.9.9",
    "0.0.0.0",  # noqa: S104
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.127.255.254",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "2002:7f00:1::",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%1",
    "ff02::1",
    "2001:db8::1",
]
PUBLIC = [
    "1.1.1.1",
    "93.184.216.34",
    "100.63.255.255",
    "100.128.0.0",
    "2606:4700:4700::1111",
    "64:ff9b::101:101",
    "::ffff:1.1.1.1",
]


@pytest.fixture
def near(settings):
    """Let the product go to this machine, which it otherwise never does."""
    settings.OUTGOING_ALLOWED = ["127.0.0.0/8", "::1/128"]


@pytest.fixture
def receiver():
    with receiving() as running:
        yield running


@pytest.mark.parametrize("address", PRIVATE)
def test_private_address_is_not_public(address):
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_public_address_is_public(address):
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "127.1", "0x7f.1", "2130706433", "[::1]", "[::ffff:127.0.0.1]", "0"]
)
def test_nothing_reaches_this_machine_however_it_is_written(receiver, host):
    port = receiver.url.rsplit(":")[-1].split("/")[0]
    with pytest.raises(RefusedAddressError):
        post(f"http://{host}:{port}/hook", b"{}", {})
    assert not receiver.received


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/",
        "file:///etc/passwd",
        "gopher://example.org/",
        "example.org",
        "//example.org/",
        "http://",
        "https://:443/",
        "https://user:secret@example.org/",
        "https://example.org:99999/",
        "https://exa mple.org:x/",
        "https://a..b/",
        "",
        "http://192.168.0.1/",
        "http://[fe80::1]/",
    ],
)
def test_address_that_is_no_destination_is_refused(url):
    with pytest.raises(RefusedAddressError):
        destination(url)


def test_destination_is_taken_apart():
    to = destination(" https://Bücher.example:8443/päth/a b?q=1&r=é#part ")
    assert (to.secure, to.host, to.port) == (True, "xn--bcher-kva.example", 8443)
    assert to.target == "/p%C3%A4th/a%20b?q=1&r=%C3%A9"


def test_name_that_means_one_public_and_one_private_address_is_refused(monkeypatch):
    entries = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, 80)) for host in ("1.1.1.1", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: entries)
    with pytest.raises(RefusedAddressError):
        post("http://both.example/", b"", {})


@pytest.mark.usefixtures("near")
def test_name_is_looked_up_once(receiver, monkeypatch):
    """A name that means something else the second time (DNS rebinding) has no second time."""
    asked = []
    port = int(receiver.url.split(":")[-1].split("/")[0])

    def rebinding(host, *_, **__):
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1" if len(asked) == 1 else "10.255.255.1", port))]

    real, names = socket.getaddrinfo, {"rebinding.example"}
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, *a, **k: rebinding(host) if host in names else real(host, *a, **k)
    )
    assert post(f"http://rebinding.example:{port}/hook", b"{}", {}).status == 200
    assert asked == ["rebinding.example"]
    assert receiver.received[0].headers["Host"] == f"rebinding.example:{port}"


@pytest.mark.usefixtures("near")
def test_body_and_headers_arrive(receiver):
    answer = post(f"{receiver.url}?a=1", "é".encode(), {"Content-Type": "text/plain", "X-One": "1"})
    assert (answer.status, answer.text) == (200, "thanks")
    got = receiver.received[0]
    assert (got.path, got.body, got.headers["X-One"]) == ("/hook?a=1", "é".encode(), "1")
    assert got.headers["User-Agent"].startswith("Klankbord/")


@pytest.mark.usefixtures("near")
def test_redirect_is_not_followed(receiver):
    receiver.answer(302, Location=receiver.url.replace("hook", "elsewhere"))
    assert post(receiver.url, b"{}", {}).status == 302
    assert [request.path for request in receiver.received] == ["/hook"]


@pytest.mark.usefixtures("near")
def test_long_answer_is_cut_and_cleaned(receiver):
    receiver.answer(500, body=b"a\x00b\xff" * 1_000_000)
    text = post(receiver.url, b"{}", {}).text
    assert len(text) < 8193
    assert text.startswith("ab\ufffdab")


@pytest.mark.usefixtures("near")
def test_header_with_a_line_end_is_refused(receiver):
    with pytest.raises(OutgoingError):
        post(receiver.url, b"{}", {"X-One": "1\r\nX-Two: 2"})
    assert not receiver.received


@pytest.mark.usefixtures("near")
@pytest.mark.parametrize("says", [b"", b"HTTP/1.1 200 OK\r\n"])
def test_receiver_that_drips_is_left_when_time_is_up(says):
    """Each byte comes in time; the whole answer never does."""
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def drip():
            connection, _ = listening.accept()
            with connection:
                connection.sendall(says)
                while not stop.wait(0.1):
                    try:
                        connection.sendall(b"x")
                    except OSError:
                        return

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        began = time.monotonic()
        with pytest.raises(OutgoingError, match="no complete answer within"):
            post(f"http://127.0.0.1:{listening.getsockname()[1]}/", b"{}", {}, timeout_s=0.6)
        assert time.monotonic() - began < 3
        stop.set()
        thread.join()


@pytest.mark.usefixtures("near")
def test_nobody_there_is_told():
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with pytest.raises(OutgoingError, match="Connection refused"):
        post(f"http://127.0.0.1:{port}/", b"{}", {})


@pytest.mark.usefixtures("near")
def test_something_that_is_no_http_is_told():
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def greet():
            with listening.accept()[0] as connection:
                connection.sendall(b"220 mail.example ESMTP\r\n")
                connection.recv(1024)

        threading.Thread(target=greet, daemon=True).start()
        with pytest.raises(OutgoingError, match="BadStatusLine"):
            post(f"http://127.0.0.1:{listening.getsockname()[1]}/", b"{}", {})


def certificate(name, folder):
    key, now = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder(who, who, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(1))
        .not_valid_after(now + dt.timedelta(1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "both.pem").write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "both.pem")
    return context


@pytest.mark.usefixtures("near")
@pytest.mark.parametrize(
    ("name", "trusted", "outcome"),
    [("localhost", True, None), ("localhost", False, "self-signed"), ("elsewhere.example", True, "mismatch")],
)
def test_certificate_is_checked(name, trusted, outcome, tmp_path, monkeypatch):
    context = certificate(name, tmp_path)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "both.pem"))
    with receiving(context) as receiver:
        if outcome is None:
            assert post(receiver.url, b"{}", {}).status == 200
        else:
            with pytest.raises(OutgoingError, match=outcome):
                post(receiver.url, b"{}", {})
            assert not receiver.received
