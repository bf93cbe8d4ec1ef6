import json

import pytest
from typer.testing import CliRunner

from klankbord.cli.commands import app
from klankbord.errors import LakeError, OptionError


def invoke(*arguments):
    return CliRunner().invoke(app, ["simulate", *map(str, arguments)])


def test_simulate_writes_a_lake_and_says_what(tmp_path):
    folder = tmp_path / "centre"
    done = invoke(
        folder, "--contacts", 800, "--months", 1, "--seed", 7, "--language-mix", "nl=.6,fr=.4", "--without", "mood"
    )
    assert done.exit_code == 0, done.output
    truth = json.loads((folder / "truth.json").read_text())
    assert truth["parameters"]["mood"]["carry_over"] == 0
    assert truth["asked"]["language_mix"] == {"nl": 0.6, "fr": 0.4}
    assert f"{truth['tables']['contacts']:,}" in done.output
    assert "2024-11 to 2024-11" in done.output
    assert "truth.json" in done.output


def test_simulate_refuses_a_folder_that_is_not_empty(tmp_path):
    (tmp_path / "letter.txt").write_text("mine")
    assert isinstance(invoke(tmp_path, "--contacts", 100).exception, LakeError)


@pytest.mark.parametrize(
    "wrong", [("--without", "moods"), ("--preset", "telco"), ("--language-mix", "nl"), ("--language-mix", "xx=1")]
)
def test_simulate_refuses_what_does_not_exist_and_writes_nothing(tmp_path, wrong):
    done = invoke(tmp_path / "centre", *wrong)
    assert isinstance(done.exception, OptionError)
    assert not (tmp_path / "centre").exists()
