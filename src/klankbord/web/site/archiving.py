"""Backup and restore at the terminal: what was written or put back, and what is not in it."""

import sys
from pathlib import Path

from django.conf import settings

from klankbord.web.kernel.backup import backup, restore


def write_archive(path: Path) -> None:
    """Write an archive of this installation, and say what it holds."""
    made = backup(path)
    held = f"the register ({made.register}), {made.lakes} lakes and {made.files} files"
    sys.stdout.write(f"{made.path}: {held}, {made.size / 1e6:,.1f} MB\n")
    if made.outside:
        sys.stdout.write(f"Not in it, because the environment gives them: {', '.join(made.outside)}\n")


def put_back(path: Path, *, replace: bool) -> None:
    """Put an archive back, and say where what was there before has gone."""
    done = restore(path, settings.HOME.folder, force=replace)
    sys.stdout.write(f"{done.home} is as it was at {done.backup.made_at:%Y-%m-%d %H:%M} UTC\n")
    if done.replaced:
        sys.stdout.write(f"What was there before lies in {done.replaced}; delete it when all is well\n")
