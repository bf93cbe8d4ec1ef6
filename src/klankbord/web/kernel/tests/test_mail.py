"""Letters on their way to a real mail server."""

import socket

import pytest

from klankbord.web.kernel import mail
from klankbord.web.kernel.mail import Letter, MailError, posting, send

pytestmark = pytest.mark.usefixtures("home")
KEY = "people.mail.password_changed"


def letter(to="an@noord.example", **changes):
    return Letter(**({"to": to, "subject": "Een vraag, één antwoord", "text": "Goedendag\n"} | changes))


def test_a_letter_arrives_as_it_was_written(mailbox, settings):
    with posting() as post:
        post(letter(headers={"List-Unsubscribe": "<https://noord.example/stop>"}))
    (arrived,) = mailbox.letters
    assert (arrived["Subject"], arrived["To"]) == ("Een vraag, één antwoord", "an@noord.example")
    assert arrived["From"] == settings.DEFAULT_FROM_EMAIL
    assert arrived["List-Unsubscribe"] == "<https://noord.example/stop>"
    assert arrived.get_content().strip() == "Goedendag"


@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
def test_a_letter_of_the_catalogue_is_written_in_the_readers_language(mailbox, language):
    assert send(KEY, "an@noord.example", language=language, moment="2026-03-01 09:00 UTC")
    (arrived,) = mailbox.letters
    expected = Letter.worded(KEY, "", language=language, moment="2026-03-01 09:00 UTC")
    assert arrived["Subject"] == expected.subject
    assert arrived.get_content().splitlines() == expected.text.splitlines()
    greeting = {"nl": "Goedendag", "fr": "Bonjour", "de": "Guten Tag", "en": "Hello"}[language]
    assert arrived.get_content().startswith(greeting)


def test_a_name_with_a_line_end_makes_no_header(mailbox):
    send(
        "webhooks.mail.stopped",
        "an@noord.example",
        language="en",
        **STOPPED | {"organisation": "A\r\nBcc: b@c.example"},
    )
    (arrived,) = mailbox.letters
    assert arrived["Bcc"] is None
    assert arrived["Subject"] == "A webhook of A Bcc: b@c.example has stopped"


STOPPED = {"organisation": "", "webhook": "", "host": "", "why": "", "link": ""}


def test_many_letters_go_over_one_connection_and_one_that_is_refused_holds_up_no_other(mailbox):
    mailbox.refused = {"gone@noord.example": "550 no such mailbox", "full@noord.example": "452 try later"}
    failures = {}
    with posting() as post:
        for name in ("a", "gone", "b"):
            try:
                post(letter(f"{name}@noord.example"))
            except MailError as error:
                failures[name] = error
    assert [one["To"] for one in mailbox.letters] == ["a@noord.example", "b@noord.example"]
    assert mailbox.connections == 1
    assert failures["gone"].is_final
    with posting() as post:
        with pytest.raises(MailError) as later:
            post(letter("full@noord.example"))
        post(letter("c@noord.example"))
    assert not later.value.is_final
    assert mailbox.letters[-1]["To"] == "c@noord.example"


def test_what_went_wrong_does_not_say_whose_address_it_was(mailbox, caplog):
    mailbox.refused = {"gone@noord.example": "550 gone@noord.example does not exist"}
    assert not send(KEY, "gone@noord.example", language="en", moment="")
    assert KEY in caplog.text
    assert "gone@" not in caplog.text


def test_a_server_that_is_not_there_is_no_fault_of_the_address(mailbox, settings):
    with socket.create_server(("127.0.0.1", 0)) as gone:
        settings.EMAIL_PORT = gone.getsockname()[1]
    with posting() as post, pytest.raises(MailError, match="ConnectionRefusedError") as refused:
        post(letter())
    assert not refused.value.is_final
    assert mailbox.letters == []


def test_without_a_mail_server_nothing_is_sent():
    assert not mail.is_set_up()
    assert not send(KEY, "an@noord.example", language="en", moment="")
    with pytest.raises(MailError) as refused, posting():
        pass
    assert "KLANKBORD_MAIL_URL" in refused.value.hint
