import fcntl
import os
import socket
import subprocess
import sys

from typer.testing import CliRunner

from klankbord.errors import OptionError
from klankbord.web.kernel.in_use import alone_in
from klankbord.web.site.commands import app


def test_the_doctor_makes_no_installation_where_there_is_none(tmp_path):
    place = tmp_path / "mistyped"
    told = CliRunner().invoke(app, ["doctor", "--home", str(place)])
    assert isinstance(told.exception, OptionError)
    assert "no installation" in told.exception.message
    assert not place.exists()


def klankbord(home, *arguments, given="", **settings):
    """Run a command as its user does, in a process of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KLANKBORD_")}
    said = {f"KLANKBORD_{name}": value for name, value in settings.items()}
    command = [sys.executable, "-m", "klankbord", arguments[0], "--home", str(home), *arguments[1:]]
    return subprocess.run(command, env=kept | said, input=given, capture_output=True, text=True, check=False)


def test_a_dead_database_is_told_once_and_in_a_sentence(tmp_path):
    home, dead = tmp_path / "home", "postgresql://postgres@127.0.0.1:1/centre"
    begun = klankbord(home, "serve", DATABASE_URL=dead)
    assert begun.returncode == 2
    assert "the register cannot be reached" in begun.stderr
    assert "Traceback" not in begun.stderr
    looked = klankbord(home, "doctor", DATABASE_URL=dead)
    assert looked.returncode == 1
    assert looked.stdout.count("PROBLEM") == 1
    assert "KLANKBORD_DATABASE_URL" in looked.stdout


def test_setting_up_twice_makes_one_organisation(tmp_path):
    words = "een lang wachtwoord\n" * 2
    said = ("setup", "--organisation", "Noord", "--name", "Els", "--email", "els@noord.example")
    assert klankbord(tmp_path / "home", *said, given=words).returncode == 0
    again = klankbord(tmp_path / "home", *said, given=words)
    assert again.returncode == 2
    assert "there is an organisation Noord already" in again.stderr


def test_a_backup_that_cannot_be_written_or_found_says_so(tmp_path):
    home = tmp_path / "home"
    told = klankbord(home, "backup", str(tmp_path / "nowhere" / "b.tar"))
    assert (told.returncode, "nothing can be written to" in told.stderr) == (2, True)
    told = klankbord(tmp_path / "another", "restore", str(tmp_path / "b.tar"))
    assert (told.returncode, "there is no file" in told.stderr) == (2, True)


def test_nothing_is_put_back_under_those_who_work_and_nobody_shares_an_address(tmp_path):
    home = tmp_path / "home"
    assert klankbord(home, "backup", str(tmp_path / "b.tar")).returncode == 0
    with socket.create_server(("127.0.0.1", 0)) as taken:
        refused = klankbord(home, "serve", LISTEN=f"127.0.0.1:{taken.getsockname()[1]}")
        assert refused.returncode == 2
        assert "nothing can listen at" in refused.stderr
    with alone_in(home) as is_alone:
        assert is_alone
    mark = os.open(home / ".in-use", os.O_RDWR)
    fcntl.flock(mark, fcntl.LOCK_SH)
    refused = klankbord(home, "restore", "--replace", str(tmp_path / "b.tar"))
    assert (refused.returncode, f"Klankbord is running from {home}" in refused.stderr) == (2, True)
    os.close(mark)
    assert klankbord(home, "restore", "--replace", str(tmp_path / "b.tar")).returncode == 0
