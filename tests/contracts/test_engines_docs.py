"""The pages about other engines are run: every Python example on the lake gives our own number."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from klankbord.lake import Lake
from klankbord.lake.engines import LocalEngine
from klankbord.lake.questions import Question
from klankbord.lake.questions.answering import ask
from klankbord.lake.questions.planning import lay_on

from .clusters import Cluster, sail
from .lakes import MONTHS, odd_lake

pytestmark = pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning")

_DOCS = Path(__file__).parents[2] / "docs"
_EXAMPLE = re.compile(r"^## (?P<title>[^\n]+)\n(?:(?!^## ).)*?```python\n(?P<code>.*?)```", re.MULTILINE | re.DOTALL)
_ADDRESS = "sc://127.0.0.1:50051"
BI = {found["title"]: found["code"] for found in _EXAMPLE.finditer((_DOCS / "bi.md").read_text(encoding="utf-8"))}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a lake of which one file is in no version any more."""
    folder = tmp_path_factory.mktemp("place")
    lake = odd_lake(folder / "lake", 300, tables=("responses",))
    with lake.writing() as batch:
        batch.remove("responses", batch.paths("responses")[:1])
    return folder


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with sail(tmp_path_factory.mktemp("sail")) as started:
        started.session().stop()
        yield started


def python_blocks(page):
    return re.findall(r"```python\n(.*?)```", (_DOCS / page).read_text(encoding="utf-8"), re.DOTALL)


def test_no_example_is_forgotten():
    assert set(BI) == {"DuckDB", "Polars", "pandas", "Spark and Sail"}
    assert len(python_blocks("bi.md")) == len(BI)
    assert len(python_blocks("grow.md")) == 1


@pytest.mark.parametrize("title", BI)
def test_an_example_gives_our_own_number(title, place, monkeypatch, request):
    monkeypatch.chdir(place)
    code = BI[title]
    if _ADDRESS in code:
        started = request.getfixturevalue("cluster")
        code = code.replace(_ADDRESS, started.address).replace('load("lake/', f'load("{place}/lake/')
    found = dict[str, float]()
    exec(code, found)  # noqa: S102 - it is our own page
    (ours,) = ask("nps", Lake.open(place / "lake")).rows
    assert abs(ours.value) > 1, "too near to nothing to tell numbers apart"
    assert found["nps"] == pytest.approx(ours.value, abs=1e-9)


def test_the_example_of_growing_gives_our_own_rows(place, cluster, monkeypatch):
    (code,) = python_blocks("grow.md")
    monkeypatch.chdir(place)
    shutil.copytree(place / "lake", place / "mnt")
    snapshot = Lake.open("lake").snapshot()
    plan = lay_on(Question.of("nps", by="team"), MONTHS, None).plan
    session = cluster.session()
    code = code.replace(_ADDRESS, cluster.address).replace("file:///mnt/lake", f"file://{place}/mnt")
    told = {"session": session, "plan": plan}
    exec(code, told)  # noqa: S102 - it is our own page
    session.stop()
    ours = sorted(LocalEngine().rows(plan, snapshot), key=str)
    assert sorted(told["rows"], key=str) == sorted(told["same"], key=str) == ours
