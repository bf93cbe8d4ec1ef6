from typer.testing import CliRunner

from klankbord.errors import OptionError
from klankbord.web.site.commands import app


def test_the_doctor_makes_no_installation_where_there_is_none(tmp_path):
    place = tmp_path / "mistyped"
    told = CliRunner().invoke(app, ["doctor", "--home", str(place)])
    assert isinstance(told.exception, OptionError)
    assert "no installation" in told.exception.message
    assert not place.exists()
