"""What is said of mail before it is trusted: which records to publish, of which domain, as zone files take them."""

import re

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from klankbord.web.invitations.checking import findings
from klankbord.web.invitations.letters import From
from klankbord.web.kernel.options import read_options
from klankbord.web.kernel.signing_mail import published_record

SENDER = From(name="Noord", address="vraag@noord.example")


@pytest.fixture(scope="module")
def pem():
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()


@pytest.fixture
def found(settings):
    """Return what is found with these settings, by key."""

    def with_settings(**told):
        settings.OPTIONS = read_options({f"KLANKBORD_{name}": value for name, value in told.items()})
        return {one.key: one for one in findings(SENDER)}

    return with_settings


def test_without_a_server_nothing_else_matters(found):
    assert list(found(MAIL_URL="")) == ["no_server"]


@pytest.mark.parametrize(
    ("host", "said"),
    [("mx.noord.example", "a:mx.noord.example"), ("192.0.2.7", "ip4:192.0.2.7"), ("[2001:db8::7]", "ip6:2001:db8::7")],
)
def test_spf_names_the_server_at_the_domain_that_letters_return_to(found, host, said):
    one = found(MAIL_URL=f"smtp://{host}:25")["spf"]
    assert one.record == f'noord.example TXT "v=spf1 {said} -all"'
    returning = found(MAIL_URL=f"smtp://{host}:25", MAIL_BOUNCES="bounces@mail.noord.example")["spf"]
    assert returning.record.startswith("mail.noord.example TXT ")
    assert returning.values == {"domain": "mail.noord.example"}


def test_a_key_is_published_in_strings_that_dns_can_hold(found, pem):
    one = found(MAIL_URL="smtp://mx.noord.example", DKIM_DOMAIN="noord.example", DKIM_KEY=pem)["dkim"]
    parts = re.findall(r'"([^"]*)"', one.record)
    assert len(parts) == 2
    assert max(map(len, parts)) <= 255  # RFC 1035, 3.3
    assert "".join(parts) == published_record()[1]


def test_a_signature_in_the_name_of_another_is_doubted(found, pem):
    for domain, key, kind in (("noord.example", "dkim", "done"), ("zuid.example", "dkim_other", "doubt")):
        assert found(MAIL_URL="smtp://mx.noord.example", DKIM_DOMAIN=domain, DKIM_KEY=pem)[key].kind == kind


def test_a_service_signs_by_itself_and_the_demonstration_sends_nothing(found):
    assert list(found(MAIL_URL="postmark://key@")) == ["server", "service"]
    assert list(found(MAIL_URL="outbox:", DEMO="yes")) == ["outbox"]
