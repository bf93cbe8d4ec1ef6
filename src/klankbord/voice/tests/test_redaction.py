"""Redaction: what must go, what must stay, and that nothing is ever lost around it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klankbord.voice import redact

GONE = [
    ("mail me op jan.de-vries+nps@mail.voorbeeld.example graag", "mail me op [e-mail] graag"),
    ("jan (at) voorbeeld.example", "[e-mail]"),
    ("MAILTO:A@B.NL", "MAILTO:[e-mail]"),
    ("bel 06-12345678!", "bel [phone number]!"),
    ("bel 06 12 34 56 78", "bel [phone number]"),
    ("tel. +31 (0)20 555 01 01.", "tel. [phone number]."),
    ("0032 470 12 34 56", "[phone number]"),
    ("01 23 45 67 89 svp", "[phone number] svp"),
    ("(020) 555 0101", "[phone number]"),
    ("030/12345678", "[phone number]"),
    ("NL91 ABNA 0417 1643 00", "[bank account]"),
    ("nl91abna0417164300", "[bank account]"),
    ("BE68 5390 0754 7034, dank", "[bank account], dank"),
    ("FR14 2004 1010 0505 0001 3M02 606", "[bank account]"),
    ("DE89370400440532013000", "[bank account]"),
    ("IBAN NL91ABNA0417164300 klopt wel.", "IBAN [bank account] klopt wel."),
    ("NL91 ABNA 0417 1643 00 en dan nog iets", "[bank account] en dan nog iets"),
    ("kaart 4111 1111 1111 1111", "kaart [card]"),
    ("5500-0000-0000-0004", "[card]"),
    ("378282246310005", "[card]"),
    ("BSN 123456782", "BSN [number]"),
    ("klantnummer 1234567890123", "klantnummer [number]"),
]

STAYS = [
    "Op 20-11-2026 om 10:31 gebeld, 45 minuten gewacht",
    "01-11-2026 en 01/02/2026 en 2026-11-20 en 1.11.2026",
    "01-11-2026 10:31",
    "factuur van € 1.204,50 en 12.500 euro",
    "score 10, ticket 884213, versie 2.10.4",
    "100 % goed!!! 9/10",
    "de heer A. Jansen",
    "",
]


@pytest.mark.parametrize(("text", "safe"), GONE)
def test_personal_data_is_replaced(text, safe):
    assert redact(text) == safe


@pytest.mark.parametrize("text", STAYS)
def test_ordinary_text_stays(text):
    assert redact(text) == text


def test_words_of_another_language():
    assert redact(
        "bel 0612345678", {"email": "", "phone": "[telefoonnummer]", "iban": "", "card": "", "number": ""}
    ) == ("bel [telefoonnummer]")


@given(st.text(alphabet=st.characters(exclude_characters="@([", exclude_categories=("Nd", "Nl", "No"))))
def test_text_without_digits_and_at_signs_is_untouched(text):
    assert redact(text) == text


@given(st.text(), st.integers(10**7, 10**8 - 1), st.text())
def test_a_mobile_number_never_survives(before, digits, after):
    number = f"06{digits}"
    assert number not in redact(f"{before} {number} {after}")


@given(st.text(max_size=200))
def test_redacting_twice_changes_nothing(text):
    once = redact(text)
    assert redact(once) == once
