"""Days wait here until it is known when their customers came back; after 30 days they go, known or not."""

from collections import deque
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from klankbord.twin.arrow import NULL, Rows
from klankbord.twin.customers import Customers
from klankbord.twin.drawing import places_by

KNOWN_WITHIN_DAYS = 30


@dataclass(slots=True)
class Lived:
    """One day that is over.

    Parameters
    ----------
    day : int
        Day of the simulation, the warm-up counted.
    contacts, responses, truth : dict of arrays
        Its rows; `truth` goes with `contacts`.
    comments : pa.Array
        What was written, redacted, beside `responses`; null where nothing was.
    written : pa.Table
        The truth about the comments.
    """

    day: int
    contacts: Rows
    responses: Rows
    truth: Rows
    comments: pa.Array
    written: pa.Table


@dataclass(slots=True)
class Holding:
    """The last 30 days, so that what is held does not grow with the simulation."""

    days: deque[Lived] = field(default_factory=deque)
    following: dict[int, NDArray[np.int32]] = field(default_factory=dict)

    def arrive(self, customers: Customers, calls: Rows, day: int) -> None:
        """Tell the conversations of earlier days that their customers are back."""
        slots = calls["customer"]
        last_day, last_row = customers.last_day[slots], customers.last_row[slots]
        known = np.flatnonzero(last_day >= day - KNOWN_WITHIN_DAYS)
        for before, places in places_by(last_day[known]):
            if before in self.following:
                mine = known[places]
                self._tell(before, last_row[mine].astype(np.int64), calls["start"][mine])

    def add(self, lived: Lived) -> None:
        """Hold a day."""
        self.days.append(lived)
        self.following[lived.day] = np.full(len(lived.contacts["number"]), NULL, np.int32)

    def release(self, until: int) -> list[Lived]:
        """Return the days up to and with `until`, oldest first, and forget them."""
        ready = []
        while self.days and self.days[0].day <= until:
            lived = self.days.popleft()
            lived.contacts["next_contact_after_s"] = self.following.pop(lived.day)
            ready.append(lived)
        return ready

    def _tell(self, before: int, rows: NDArray[np.int64], starts: NDArray[np.int64]) -> None:
        contacts = self.days[before - self.days[0].day].contacts
        number, following = contacts["number"], self.following[before]
        mine = number[rows]
        # The legs of a conversation lie one after another.
        while len(rows):
            following[rows] = starts - contacts["ended_at"][rows]
            rows = rows + 1
            still = rows < len(number)
            rows, starts, mine = rows[still], starts[still], mine[still]
            same = number[rows] == mine
            rows, starts, mine = rows[same], starts[same], mine[same]
