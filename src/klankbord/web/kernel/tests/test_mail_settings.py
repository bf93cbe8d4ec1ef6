"""One address says where mail goes out."""

import pytest

from klankbord.errors import OptionError
from klankbord.web.kernel.mail_settings import SCHEMES, is_service, mail_settings


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("smtp://mx.example", {"EMAIL_PORT": 25, "EMAIL_USE_TLS": False, "EMAIL_USE_SSL": False}),
        ("smtps://a%40b:s%3Ax@mx.example", {"EMAIL_PORT": 465, "EMAIL_HOST_USER": "a@b", "EMAIL_HOST_PASSWORD": "s:x"}),
        ("smtp+starttls://mx.example:2525", {"EMAIL_PORT": 2525, "EMAIL_USE_TLS": True}),
        ("postmark://key@", {"ANYMAIL": {"POSTMARK_SERVER_TOKEN": "key", "WEBHOOK_SECRET": "a:b"}}),
        (
            "mailgun://key@mg.example/eu",
            {
                "ANYMAIL": {
                    "MAILGUN_API_KEY": "key",
                    "MAILGUN_SENDER_DOMAIN": "mg.example",
                    "MAILGUN_API_URL": "https://api.eu.mailgun.net/v3",
                    "WEBHOOK_SECRET": "a:b",
                }
            },
        ),
        ("", {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}),
    ],
)
def test_an_address_becomes_what_django_is_to_know(address, expected):
    made = mail_settings(address, webhook_secret="a:b")  # noqa: S106  no password
    assert {name: made[name] for name in expected} == expected


@pytest.mark.parametrize("address", ["mx.example", "smtp://", "ftp://mx.example", "outbox:"])
def test_what_names_no_way_of_sending_is_refused(address):
    with pytest.raises(OptionError):
        mail_settings(address)


def test_the_outbox_is_for_the_demonstration_only():
    assert mail_settings("outbox:", is_demo=True)["EMAIL_BACKEND"].endswith("outbox.EmailBackend")


def test_every_service_has_a_backend():
    from django.utils.module_loading import import_string

    services = [scheme for scheme in SCHEMES if is_service(f"{scheme}://key@x")]
    assert len(services) == 8
    for scheme in services:
        assert import_string(mail_settings(f"{scheme}://key@x.example")["EMAIL_BACKEND"])
