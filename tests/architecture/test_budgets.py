"""The budgets of the house: size of files and functions, comments, and what a mere import may load."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
PRODUCT = [path for path in SOURCES if not {"tests", "migrations"} & set(path.parts)]


def functions(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def lines_of_code(function):
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_file_is_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", PRODUCT, ids=lambda path: str(path.relative_to(ROOT)))
def test_functions_are_short(path):
    long = {function.name: lines_of_code(function) for function in functions(path) if lines_of_code(function) > 40}
    assert not long


@pytest.mark.parametrize("path", PRODUCT, ids=lambda path: str(path.relative_to(ROOT)))
def test_file_says_what_lives_there(path):
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


def loaded_by(statement):
    code = f"import sys; {statement}; print(' '.join(sorted({{name.split('.')[0] for name in sys.modules}})))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_import_loads_nothing_heavy():
    assert not loaded_by("import klankbord") & {"numpy", "narwhals", "scipy", "duckdb", "altair", "typer", "rich"}


def test_help_loads_nothing_heavy():
    heavy = {
        "numpy",
        "narwhals",
        "scipy",
        "duckdb",
        "altair",
        "vl_convert",
        "typst",
        "jinja2",
        "babel",
        "pandas",
        "polars",
        "pyarrow",
    }
    assert not loaded_by("import klankbord.cli.commands") & heavy


def test_scores_load_no_optional_package():
    optional = {"scipy", "duckdb", "altair", "pandas", "polars", "pyarrow", "rich", "typer"}
    assert not loaded_by("import klankbord; klankbord.nps([9, 10, 3, 8, 10]).summary()") & optional
