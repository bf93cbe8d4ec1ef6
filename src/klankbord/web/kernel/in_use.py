"""Whether a home is in use: whoever serves or works from it holds its mark, and a restore waits for nobody."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform != "win32":  # which has no locks that are shared
    import fcntl

_MARK = ".in-use"


def hold(folder: Path) -> None:
    """Mark a home as in use, until this process and those that it forked are gone, however they go."""
    if sys.platform != "win32":
        fcntl.flock(_opened(folder), fcntl.LOCK_SH)


@contextmanager
def alone_in(folder: Path) -> Iterator[bool]:
    """Tell whether nobody uses a home, and keep others from beginning to while this is entered."""
    if sys.platform == "win32":
        yield True
        return
    mark = _opened(folder)
    try:
        fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield False
    else:
        yield True
    finally:
        os.close(mark)


def _opened(folder: Path) -> int:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return os.open(folder / _MARK, os.O_RDWR | os.O_CREAT, 0o600)
