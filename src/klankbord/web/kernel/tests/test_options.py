from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from klankbord.errors import OptionError
from klankbord.web.kernel.options import SETTINGS, read_options, reference

DOCS = Path(__file__).parents[5] / "docs" / "settings.md"


def test_options_have_defaults_and_are_frozen():
    options = read_options({})
    assert (options.url, options.demo, options.database_url) == ("http://127.0.0.1:8000", False, "")
    with pytest.raises(AttributeError, match="read once"):
        options.demo = True


def test_an_unknown_option_is_refused_with_the_nearest():
    with pytest.raises(OptionError) as refused:
        read_options({"KLANKBORD_DATABASEURL": "postgresql://"})
    assert "KLANKBORD_DATABASE_URL" in refused.value.hint


def test_options_of_others_are_left_alone():
    assert read_options({"PATH": "/bin", "KLANKBORD_LAKE": "centre"}).demo is False


def test_an_option_that_cannot_be_read_is_refused_without_its_value():
    with pytest.raises(OptionError) as refused:
        read_options({"KLANKBORD_DEMO": "perhaps"})
    assert "perhaps" not in refused.value.message


def test_a_key_that_cannot_sign_is_refused_at_the_start():
    made = ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for wrong in ("nonsense", made.decode()):
        with pytest.raises(OptionError, match="KLANKBORD_DKIM_KEY cannot be used") as refused:
            read_options({"KLANKBORD_DKIM_KEY": wrong})
        assert wrong not in refused.value.message
    pem = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    lines = pem.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode().strip()
    assert read_options({"KLANKBORD_DKIM_KEY": lines}).dkim_key == lines
    assert read_options({"KLANKBORD_DKIM_KEY": lines.replace("\n", "\\n")}).dkim_key == lines
    assert read_options({"KLANKBORD_DKIM_KEY": ""}).dkim_key == ""


def test_a_secret_may_be_a_file(tmp_path):
    (tmp_path / "key").write_text("a secret of some length\n")
    assert read_options({"KLANKBORD_SECRET_KEY_FILE": str(tmp_path / "key")}).secret_key == "a secret of some length"  # noqa: S105
    with pytest.raises(OptionError, match="KLANKBORD_SECRET_KEY_FILE cannot be read"):
        read_options({"KLANKBORD_SECRET_KEY_FILE": str(tmp_path / "gone")})


def test_every_option_is_documented():
    assert DOCS.read_text(encoding="utf-8") == reference()
    assert all(setting.help.endswith(".") for setting in SETTINGS)
