"""The customers of the simulated centre: who they are, and what is remembered of each from contact to contact."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from klankbord.twin.arrow import Rows
from klankbord.twin.organisation import Organisation
from klankbord.twin.parameters import Customers as CustomerParameters
from klankbord.twin.parameters import Parameters, stream

LONG_AGO = -1_000_000_000
_STEPS = 4096

REACHABLE, OPTED_OUT, NO_ADDRESS = 0, 1, 2


@dataclass(slots=True)
class Customers:
    """What is known of every customer, some 50 bytes each.

    A slot is a place in the customer base: who leaves is followed by a newcomer in the same slot, with a generation of
    its own, so that the base keeps its size and memory its bound. Slots of a client lie together, and within a client
    they are in order of how often they call, so that a caller is drawn by one look-up.
    """

    seed: int
    parameters: CustomerParameters
    scanned_share: float
    segment_loyalty: NDArray[np.float64]
    shares: Mapping[str, NDArray[np.float64]]
    starts: NDArray[np.int64]  # of a client: its first slot; one more than there are clients
    calling: NDArray[np.float64]  # place among the client's slots, by chance
    generation: NDArray[np.uint8]
    segment: NDArray[np.int8]
    age: NDArray[np.int8]
    language: NDArray[np.int8]
    reach: NDArray[np.int8]
    scanned: NDArray[np.bool_]
    base: NDArray[np.float32]
    loyalty: NDArray[np.float32]
    revenue: NDArray[np.float32]  # log, against the median
    last_start: NDArray[np.int32]  # seconds since day 0
    last_end: NDArray[np.int32]
    last_row: NDArray[np.int32]
    last_day: NDArray[np.int16]
    last_touchpoint: NDArray[np.int8]
    last_step: NDArray[np.int8]
    invited_day: NDArray[np.int16]
    cost: NDArray[np.float32]  # of this month's contacts

    @classmethod
    def of(cls, organisation: Organisation, parameters: Parameters, size: int, seed: int) -> "Customers":
        """Draw a customer base of some `size`, shared out over the clients by their contacts."""
        bounds = np.round(np.cumsum(organisation.client_share) * size).astype(np.int64)
        rng = stream(seed, "customers")
        customers = cls(
            seed=seed,
            parameters=parameters.customers,
            scanned_share=parameters.scanners.customers,
            segment_loyalty=parameters.customers.segment_spread * rng.standard_normal(len(organisation.segments)),
            shares={
                "segment": np.cumsum(organisation.segment_share),
                "age": np.cumsum(organisation.age_share),
                "language": np.cumsum(organisation.language_share),
            },
            starts=np.concatenate([[0], bounds]),
            calling=_calling(parameters.customers.spread, rng),
            **_blank(int(bounds[-1])),
        )
        customers._enter(np.arange(size), rng)
        return customers

    def __len__(self) -> int:
        return len(self.loyalty)

    def numbers(self, slots: NDArray[np.integer]) -> NDArray[np.int64]:
        """Return numbers that no two customers share, whenever they came."""
        numbers: NDArray[np.int64] = slots + self.generation[slots].astype(np.int64) * len(self)
        return numbers

    def client_of(self, slots: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the client whose customers they are."""
        return np.searchsorted(self.starts, slots, side="right") - 1

    def callers(self, client: NDArray[np.int32], chance: NDArray[np.float64]) -> NDArray[np.int32]:
        """Return who calls: a slot of the client for each chance in [0, 1); the busiest callers come most often."""
        place = np.interp(chance, np.linspace(0, 1, len(self.calling)), self.calling)
        first, after = self.starts[client], self.starts[client + 1]
        return np.minimum(first + (place * (after - first)).astype(np.int64), after - 1).astype(np.int32)

    def remember(self, calls: Rows, legs: Rows, day: int, origin: int, cost: NDArray[np.float64]) -> None:
        """Keep of today's conversations what the next ones need.

        Parameters
        ----------
        calls, legs : dict of arrays
            The day, lived through.
        day : int
            Which day.
        origin : int
            Instant from which moments are counted.
        cost : array
            Of each conversation.
        """
        slots, last = calls["customer"], calls["last"]
        self.last_start[slots] = calls["start"] - origin
        self.last_end[slots] = legs["end"][last] - origin
        self.last_row[slots] = last - legs["leg"][last] + 1
        self.last_day[slots] = day
        self.last_touchpoint[slots] = calls["touchpoint"]
        self.last_step[slots] = calls["step"]
        self.cost[slots] += cost

    def forget(self) -> None:
        """Let loyalty go back towards what is each customer's own; once a month."""
        self.loyalty += np.float32(self.parameters.forgetting) * (self.base - self.loyalty)

    def replace(self, slots: NDArray[np.int64], month: int) -> None:
        """Let newcomers take the places of those who left."""
        self.generation[slots] += np.uint8(1)
        for name, array in _blank(1).items():
            if name != "generation":
                getattr(self, name)[slots] = array[0]
        self._enter(slots, stream(self.seed, "newcomers", month))

    def _enter(self, slots: NDArray[np.int64], rng: np.random.Generator) -> None:
        count, told = len(slots), self.parameters
        for name, shares in self.shares.items():
            chosen = np.minimum(np.searchsorted(shares, rng.random(count), side="right"), len(shares) - 1)
            getattr(self, name)[slots] = chosen
        chance = rng.random(count)
        reach = np.where(chance < told.opted_out, OPTED_OUT, REACHABLE)
        self.reach[slots] = np.where(chance > 1 - told.no_address, NO_ADDRESS, reach)
        self.scanned[slots] = rng.random(count) < self.scanned_share
        ages = max(len(self.shares["age"]) - 1, 1)
        base = told.loyalty_sd * rng.standard_normal(count) + self.segment_loyalty[self.segment[slots]]
        self.base[slots] = base + told.age_slope * (self.age[slots] / ages - 0.5)
        self.loyalty[slots] = self.base[slots]
        self.revenue[slots] = rng.standard_normal(count)


def _blank(size: int) -> dict[str, Any]:
    small, real, seconds = np.int8, np.float32, np.int32
    zeros: dict[str, type[np.generic]] = {
        "generation": np.uint8,
        "segment": small,
        "age": small,
        "language": small,
        "reach": small,
    }
    zeros |= {"scanned": np.bool_, "base": real, "loyalty": real, "revenue": real, "last_step": small, "cost": real}
    never: dict[str, tuple[type[np.generic], int]] = {
        "last_start": (seconds, LONG_AGO),
        "last_end": (seconds, LONG_AGO),
        "last_row": (seconds, -1),
    }
    never |= {"last_day": (np.int16, -1), "last_touchpoint": (small, -1), "invited_day": (np.int16, -10_000)}
    return {name: np.zeros(size, kind) for name, kind in zeros.items()} | {
        name: np.full(size, value, kind) for name, (kind, value) in never.items()
    }


def _calling(spread: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return the inverse of the Lorenz curve of calling: the place in the base that has a given share of the calls."""
    if spread <= 0:
        return np.linspace(0, 1, 2)
    rates = np.sort(rng.gamma(1 / spread**2, size=_STEPS))
    lorenz = np.concatenate([[0], np.cumsum(rates) / rates.sum()])
    place: NDArray[np.float64] = np.interp(np.linspace(0, 1, _STEPS + 1), lorenz, np.linspace(0, 1, _STEPS + 1))
    return place
