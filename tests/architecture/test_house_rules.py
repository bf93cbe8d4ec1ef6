"""What may stand in no file, and what must be documented."""

import re
import subprocess
from pathlib import Path

import pytest

import klankbord
from klankbord.lake.questions import DEFINITIONS
from klankbord.score import MEASURES

ROOT = Path(__file__).parents[2]
VENDORED = {"LICENSE"}


def tracked():
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.split("\n")
    return [ROOT / name for name in listed if name and name not in VENDORED and (ROOT / name).is_file()]


def texts():
    for path in tracked():
        try:
            yield path, path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


# Written in parts, so that this file does not name what it forbids.
REGISTRIES = ["py" + "pi.org", "python" + "hosted", "npm" + "js.org", "deb" + "ian.org", "crates" + ".io"]
MACHINE = [r"/ro" + r"ot/", r"/ho" + r"me/\w", r"/wo" + r"rk/", r"C:\\Us" + "ers"]


@pytest.mark.parametrize("word", REGISTRIES)
def test_no_file_names_a_registry(word):
    assert not [str(path) for path, text in texts() if word in text]


@pytest.mark.parametrize("pattern", MACHINE)
def test_no_file_names_a_path_of_a_machine(pattern):
    assert not [str(path) for path, text in texts() if re.search(pattern, text)]


def test_every_dependency_is_pinned_with_a_hash():
    pins = re.split(r"\n(?=\S)", (ROOT / "requirements.txt").read_text(encoding="utf-8").strip())
    assert len(pins) > 40
    assert not [pin for pin in pins if "==" not in pin or "--hash=sha256:" not in pin]


@pytest.mark.parametrize("name", [name for name in klankbord.__all__ if name != "__version__"])
def test_every_public_name_is_described(name):
    assert getattr(klankbord, name).__doc__


def test_every_room_stands_on_the_map():
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rooms = [path.name for path in (ROOT / "src/klankbord").iterdir() if (path / "__init__.py").exists()]
    assert not [room for room in rooms if f"`{room}`" not in text]


def test_every_measure_is_documented():
    text = (ROOT / "docs/measures.md").read_text(encoding="utf-8")
    assert not [name for name in (*MEASURES, *DEFINITIONS) if f"`{name}" not in text]


def test_every_document_link_leads_somewhere():
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
    links = [
        (page, link) for page in pages for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text("utf-8"))
    ]
    assert links
    assert not [f"{page.name} -> {link}" for page, link in links if not (page.parent / link).exists()]


def test_every_command_and_option_is_documented():
    from typer.main import get_command

    from klankbord.cli.commands import app

    text = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
    commands = get_command(app).commands
    options = {
        option
        for command in commands.values()
        for param in command.params
        if not getattr(param, "hidden", False)
        for option in param.opts
    }
    assert len(commands) >= 6
    assert not [name for name in commands if f"\n## {name}\n" not in text]
    assert not [option for option in options if option.startswith("-") and f"`{option}" not in text]


def test_every_dialect_and_every_reason_is_documented():
    from klankbord.lake.readers.dialects import DIALECTS
    from klankbord.lake.readers.drops import REASONS

    text = (ROOT / "docs/formats.md").read_text(encoding="utf-8")
    assert not [dialect.name for dialect in DIALECTS if f"`{dialect.name}`" not in text]
    assert not [reason for reason in REASONS if f"`{reason}`" not in text]


def test_every_notice_is_documented():
    text = (ROOT / "docs/notices.md").read_text(encoding="utf-8")
    # The product's codes are those of errors and findings, which say themselves what to do.
    sources = [path for path in (ROOT / "src").rglob("*.py") if not {"tests", "web"} & set(path.parts)]
    codes = {code for path in sources for code in re.findall(r"\bcode=\"([a-z_]+)\"", path.read_text(encoding="utf-8"))}
    assert len(codes) > 8
    assert not [code for code in codes if f"`{code}`" not in text]
