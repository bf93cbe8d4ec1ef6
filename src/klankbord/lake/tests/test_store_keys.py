"""Pseudonyms: those of the engine are those of Python, the same person has one, and the key lies beside the lake."""

import hashlib
import hmac
import stat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klankbord.errors import LakeError, OptionError
from klankbord.lake import Lake
from klankbord.lake.engine import connect
from klankbord.lake.store.keys import Key, key_path

ENGINE = connect()


@given(
    texts=st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1), min_size=1
    ),
    secret=st.binary(min_size=16, max_size=100),
)
@settings(max_examples=60, deadline=None)
def test_engine_and_python_make_the_same_pseudonym(texts, secret):
    key = Key(secret)
    ENGINE.execute("create or replace temp table people (name varchar)")
    ENGINE.executemany("insert into people values (?)", [[text] for text in texts])
    found = ENGINE.execute(f"select name, {key.sql('name')} from people").fetchall()
    for name, pseudonym in found:
        assert pseudonym == key.pseudonym(name)
        marked = ENGINE.execute(f"select {key.mark_sql('p')} from (select ? as p)", [pseudonym]).fetchall()
        assert marked == [(key.mark(pseudonym),)]


@pytest.mark.parametrize("length", [16, 63, 64, 65, 200])
def test_a_pseudonym_is_hmac_sha_256_of_the_folded_identifier(length):
    secret = bytes(range(length))
    expected = hmac.new(secret, b"jan@voorbeeld.example", hashlib.sha256).hexdigest()[:20]
    assert Key(secret).pseudonym("Jan@Voorbeeld.example ") == expected


@pytest.mark.parametrize(
    "spelling", ["+31 20 555 01 01", "0031205550101", "tel:+31205550101", "+31 (20) 555-01-01", "0031 20 555.0101"]
)
def test_a_telephone_number_is_one_person_however_it_is_written(spelling):
    key = Key(b"x" * 16)
    assert key.pseudonym(spelling) == key.pseudonym("+31205550101")


def test_nobody_has_no_pseudonym():
    assert ENGINE.execute(f"select {Key(b'x' * 16).sql('null::varchar')}").fetchall() == [(None,)]


def test_the_key_is_made_beside_the_lake_for_its_owner_only(tmp_path):
    lake = Lake.create(tmp_path / "centre")
    assert key_path(lake.folder) == tmp_path / "centre.key"
    assert stat.S_IMODE((tmp_path / "centre.key").stat().st_mode) == 0o600
    assert lake.key.fingerprint
    secret = (tmp_path / "centre.key").read_text().strip()
    assert all(secret not in path.read_text("utf-8", "replace") for path in lake.folder.rglob("*") if path.is_file())


def test_the_key_may_come_from_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("KLANKBORD_LAKE_KEY", "a secret of the organisation")
    lake = Lake.create(tmp_path / "centre")
    assert not key_path(lake.folder).exists()
    monkeypatch.delenv("KLANKBORD_LAKE_KEY")
    with pytest.raises(LakeError, match="key"):
        _ = lake.key
    (tmp_path / "elsewhere").write_text("a secret of the organisation\n")
    monkeypatch.setenv("KLANKBORD_LAKE_KEY_FILE", str(tmp_path / "elsewhere"))
    assert lake.key.fingerprint


def test_another_key_is_refused(tmp_path, monkeypatch):
    lake = Lake.create(tmp_path / "centre")
    monkeypatch.setenv("KLANKBORD_LAKE_KEY", "quite another secret")
    with pytest.raises(LakeError, match="not the key"):
        _ = lake.key


def test_a_short_key_is_refused():
    with pytest.raises(OptionError, match="too short"):
        Key(b"short")
