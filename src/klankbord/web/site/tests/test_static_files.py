"""Laying out static files beside a server that still serves those of before."""

import os

import pytest
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage

from klankbord.web.site.static_files import collect

NAME = "pages.js"


@pytest.fixture
def source(settings, tmp_path):
    """Return the one file that there is to lay out; it is dated an hour back."""
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    folder = tmp_path / "source"
    folder.mkdir()
    settings.STATICFILES_DIRS = [folder]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }
    finders.get_finder.cache_clear()
    yield folder / NAME
    finders.get_finder.cache_clear()


def write(source, content, hours_ago=0):
    source.write_text(content)
    moment = source.stat().st_mtime - 3600 * hours_ago
    os.utime(source, (moment, moment))


def laid_out(settings):
    return {path.name: path.read_text() for path in settings.STATIC_ROOT.glob("pages*.js")}


def test_what_a_server_that_is_being_replaced_serves_stays_until_the_next_time(settings, source):
    seen = []
    for content in ("first", "second", "third"):
        write(source, content)
        collect()
        seen.append({name for name, held in laid_out(settings).items() if held == content and name != NAME})
    assert all(len(names) == 1 for names in seen)
    (first,), (second,), (third,) = seen
    assert laid_out(settings) == {NAME: "third", second: "second", third: "third"}
    assert first not in laid_out(settings)


def test_an_earlier_version_whose_files_are_older_is_laid_out_too(settings, source):
    write(source, "new")
    collect()
    write(source, "old", hours_ago=48)
    collect()
    assert laid_out(settings)[NAME] == "old"
    assert staticfiles_storage.url(NAME) != f"/static/{NAME}"


def test_what_is_packed_goes_with_what_it_is_of(settings, source):
    for content in ("a" * 3000, "b" * 3000, "c" * 3000):
        write(source, content)
        collect()
    packed = {path.name.removesuffix(".gz") for path in settings.STATIC_ROOT.glob("*.gz")}
    assert packed == set(laid_out(settings))


def test_nothing_is_laid_out_anew_where_nothing_has_changed(settings, source):
    write(source, "same")
    collect()
    there = settings.STATIC_ROOT / NAME
    there.unlink()
    collect()
    assert not there.exists()
