"""A survey to work on."""

import pytest

from klankbord.web.surveys import actions
from klankbord.web.surveys.library import starting_point


@pytest.fixture
def survey(acting, actor):  # noqa: ARG001
    """A survey with a first draft."""
    return actions.create_survey(
        actor=actor("analyst"), name="After a contact", questionnaire=starting_point("nps", brand="Noord")
    )
