"""What every test may need: where the published reference data lie."""

from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).parent
pytest_plugins = ["tests.web_fixtures"]
# How long an example takes says something of the machine, not of the code.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder with fixtures and samples that lies beside the repository."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the folder ../shared with reference data is not there")
    return folder
