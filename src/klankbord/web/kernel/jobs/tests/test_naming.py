"""Every job has a name that people read."""

import pytest
from django.apps import apps
from django.urls import get_resolver
from django.utils import translation

from klankbord.web.kernel.jobs.naming import title_of
from klankbord.web.kernel.jobs.registry import HANDLERS


@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
def test_every_job_is_called_something(language):
    get_resolver().check()  # has every room register its jobs
    rooms = {room.label for room in apps.get_app_configs()}
    names = [name for name in HANDLERS if name.partition(".")[0] in rooms]
    assert len(names) > 20
    with translation.override(language):
        assert [name for name in names if title_of(name) == name] == []
