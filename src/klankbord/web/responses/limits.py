"""How often one link and one visitor may ask: counted in this process, before anything reaches the register."""

import time
from collections import OrderedDict
from threading import Lock
from typing import Final

_WINDOW_S: Final = 60.0
_REMEMBERED: Final = 20_000  # keys; the longest unused ones are forgotten first

OF_A_LINK: Final = 120
OF_A_VISITOR: Final = 240


class Limit:
    """At most so many of one key a minute, as the count of this minute and the rest of the one before tell.

    Each process counts by itself: with two workers twice as many can get through, which is what these bounds allow for.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._counts: OrderedDict[str, tuple[int, int, int]] = OrderedDict()
        self._lock = Lock()

    def admits(self, key: str, at: float | None = None) -> bool:
        """Count one more, and say whether it is not one too many."""
        moment = time.monotonic() if at is None else at
        window, part = divmod(moment, _WINDOW_S)
        with self._lock:
            known, now, before = self._counts.pop(key, (int(window), 0, 0))
            if known != window:
                now, before = 0, now if known == window - 1 else 0
            self._counts[key] = (int(window), now + 1, before)
            if len(self._counts) > _REMEMBERED:
                self._counts.popitem(last=False)
        return now + 1 + before * (1 - part / _WINDOW_S) <= self._most

    def forget(self) -> None:
        """Begin anew."""
        with self._lock:
            self._counts.clear()


links, visitors = Limit(OF_A_LINK), Limit(OF_A_VISITOR)


def admits(link: str, visitor: str) -> bool:
    """Say whether a visitor may ask for a link now."""
    return links.admits(link) and visitors.admits(visitor)
