"""What was asked before and cannot have changed: answers and drawings kept in this process, within bounds."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Generic, TypeVar

_Kept = TypeVar("_Kept")


class Memory(Generic[_Kept]):
    """The most recently used things by key, as many as weigh no more than allowed; safe between threads.

    A key must hold everything that what is kept depends on, the organisation first: nothing is ever taken out by hand.
    """

    def __init__(self, capacity: int, weigh: Callable[[_Kept], int] = lambda _: 1) -> None:
        self._kept: OrderedDict[Hashable, _Kept] = OrderedDict()
        self._lock = Lock()
        self._weigh = weigh
        self._capacity = capacity
        self._weight = 0

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Hashable, make: Callable[[], _Kept]) -> _Kept:
        """Return what is kept under a key, made now when it is not there."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        # Made without the lock: two that ask at once both work, and nobody waits for somebody else's slow question.
        made = make()
        with self._lock:
            self._keep(key, made)
        return made

    def _keep(self, key: Hashable, made: _Kept) -> None:
        weight = self._weigh(made)
        if key in self._kept or weight > self._capacity:
            return
        self._kept[key] = made
        self._weight += weight
        while self._weight > self._capacity:
            _, gone = self._kept.popitem(last=False)
            self._weight -= self._weigh(gone)


def rows_of(answer: Any) -> int:
    """Weigh an answer: its rows, and a little for itself."""
    return 10 + len(answer)
