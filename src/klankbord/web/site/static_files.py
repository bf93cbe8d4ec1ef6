"""The static files as they are laid out to be served, under names that change with their content."""

import hashlib
import json
import os
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

_STAMP, _MANIFEST = ".stamp", "staticfiles.json"


def collect() -> None:
    """Lay out the static files, where they have changed.

    What lay there before stays until the next time: a server that this one replaces, and pages that are open, still
    ask for it.
    """
    stamp = settings.STATIC_ROOT / _STAMP
    mark = _mark()
    if stamp.is_file() and stamp.read_text() == mark:
        return
    before = _laid_out()
    for name in before:
        _make_old(settings.STATIC_ROOT / name)
    call_command("collectstatic", verbosity=0, interactive=False)
    now = _laid_out()
    _remove_all_but({*before, *before.values(), *now, *now.values()})
    stamp.write_text(mark)


def _mark() -> str:
    found = sorted(
        f"{path} {Path(storage.path(path)).stat().st_mtime_ns}"
        for finder in get_finders()
        for path, storage in finder.list([])
    )
    return hashlib.sha256("\n".join(found).encode()).hexdigest()


def _laid_out() -> dict[str, str]:
    """Return under which name each file is laid out."""
    manifest = settings.STATIC_ROOT / _MANIFEST
    paths: dict[str, str] = json.loads(manifest.read_text())["paths"] if manifest.is_file() else {}
    return paths


def _make_old(path: Path) -> None:
    """Have a file laid out anew whatever the date of its source: that of an earlier version may be later."""
    if path.is_file():
        os.utime(path, (0, 0))


def _remove_all_but(names: set[str]) -> None:
    kept = {settings.STATIC_ROOT / name for name in (*names, _MANIFEST)}
    for path in settings.STATIC_ROOT.rglob("*"):
        if path.is_file() and not {path, path.with_suffix("")} & kept:  # beside each lies what it is when packed
            path.unlink()
