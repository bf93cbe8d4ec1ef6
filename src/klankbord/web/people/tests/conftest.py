"""What tests of people share: a browser for pages, mail that is set up, and a clean slate of rate limits."""

from typing import Any

import pytest
from django.core.cache import cache

from klankbord.web.kernel.options import read_options


@pytest.fixture(autouse=True)
def no_attempts_yet() -> None:
    """Forget the attempts of earlier tests."""
    cache.clear()


@pytest.fixture
def options(settings: Any) -> Any:
    """Set options of the installation: `options(DEMO="1")`."""

    def chosen(**values: str) -> None:
        given = {f"KLANKBORD_{name}": value for name, value in values.items()}
        settings.OPTIONS = read_options({"KLANKBORD_URL": "http://testserver"} | given)

    return chosen


@pytest.fixture
def with_mail(options: Any) -> None:
    """Have an installation that can send mail."""
    options(MAIL_URL="smtp://post.example:25")
