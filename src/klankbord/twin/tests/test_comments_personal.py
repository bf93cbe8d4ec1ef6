"""Personal data in comments: every piece is recorded, stays whole, has the right shape, and can be redacted."""

import re
from collections import Counter
from functools import cache

import numpy as np
import pytest

from klankbord.twin.comments import LANGUAGES, PERSONAL, TOPICS, write_comments
from klankbord.twin.comments.planting import iban
from klankbord.voice import redact

LENGTH = {"NL": 18, "BE": 16, "FR": 27, "DE": 22, "GB": 22}  # ISO 13616 registry


@cache
def planted(language):
    n = 20_000
    rng = np.random.default_rng(4)
    return write_comments(
        rng,
        language=[language] * n,
        topic=[TOPICS[place % len(TOPICS)] for place in range(n)],
        mood=rng.uniform(-1, 1, n),
        personal=1.0,
        typos=0.5,
        mixed=0.2,
    )


def pieces(language, *kinds):
    comments = planted(language)
    return [
        (text, piece)
        for text, told in zip(comments.texts, comments.personal, strict=True)
        for kind, piece in told
        if kind in kinds
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_piece_stands_in_its_text(language):
    assert all(planted(language).personal)
    assert all(piece in text for text, piece in pieces(language, *PERSONAL))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_is_planted(language):
    kinds = Counter(kind for told in planted(language).personal for kind, _ in told)
    assert set(kinds) == set(PERSONAL)
    assert min(kinds.values()) > 500


@pytest.mark.parametrize("language", LANGUAGES)
def test_pieces_are_varied(language):
    for kind, least in {"name": 500, "phone": 800, "email": 1000, "iban": 1500, "address": 1500}.items():
        assert len({piece for _, piece in pieces(language, kind)}) > least


@pytest.mark.parametrize("kind", ["phone", "email", "iban"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_redaction_removes_what_was_planted(language, kind):
    found = pieces(language, kind)
    left = [piece for text, piece in found if piece in redact(text)]
    assert len(left) <= 0.02 * len(found), Counter(re.sub(r"\d", "9", piece) for piece in left).most_common(5)


@pytest.mark.parametrize("language", LANGUAGES)
def test_ibans_have_the_check_digits_and_length_of_their_country(language):
    for _, piece in pieces(language, "iban"):
        whole = piece.replace(" ", "").upper()
        assert len(whole) == LENGTH[whole[:2]]
        assert int("".join(str(int(sign, 36)) for sign in whole[4:] + whole[:4])) % 97 == 1


def test_iban_agrees_with_the_examples_of_the_registry():
    assert iban("GB", "NWBK60161331926819") == "GB29NWBK60161331926819"
    assert iban("DE", "370400440532013000") == "DE89370400440532013000"
    assert iban("FR", "20041010050500013M02606") == "FR1420041010050500013M02606"
    assert iban("BE", "539007547034") == "BE68539007547034"


@pytest.mark.parametrize("language", LANGUAGES)
def test_addresses_of_electronic_mail_lead_nowhere(language):
    # RFC 2606 keeps the domain .example and example.com for examples.
    assert all(re.fullmatch(r"[a-z0-9._]+@([a-z]+\.)+(example|com)", piece) for _, piece in pieces(language, "email"))
    assert {piece.rpartition("@")[2] for _, piece in pieces(language, "email") if piece.endswith(".com")} == {
        "example.com"
    }


def test_share_of_comments_with_personal_data_is_as_asked():
    n = 20_000
    comments = write_comments(
        np.random.default_rng(2), language=["nl"] * n, topic=["price"] * n, mood=np.zeros(n), personal=0.04
    )
    assert np.mean([bool(told) for told in comments.personal]) == pytest.approx(0.04, abs=0.006)


def test_nothing_personal_is_written_where_none_is_asked():
    n = 5_000
    comments = write_comments(
        np.random.default_rng(2), language=["en"] * n, topic=["billing"] * n, mood=np.zeros(n), personal=0.0
    )
    assert not any(comments.personal)
    assert not any("@" in text or re.search(r"\d{5}", text) for text in comments.texts)
