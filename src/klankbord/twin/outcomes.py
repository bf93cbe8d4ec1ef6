"""What customers bring month by month: revenue, margin, leaving and referrals, each moved by loyalty as declared."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from klankbord.lake.schema import TABLES
from klankbord.twin.arrow import Rows, table_of
from klankbord.twin.customers import Customers
from klankbord.twin.drawing import chance_of, logit
from klankbord.twin.happenings import KINDS
from klankbord.twin.identities import pseudonyms
from klankbord.twin.rows import SOURCE, key_of
from klankbord.twin.world import World

PANEL = 200_000
_MONTH_SPREAD = 0.05


@dataclass(frozen=True, slots=True)
class Accounts:
    """Closes the month: who leaves, what each brought; written for a random panel where customers are very many."""

    world: World
    panel: NDArray[np.int64]
    fraction: float
    contact_cost: NDArray[np.float64]

    @classmethod
    def of(cls, world: World, customers: Customers) -> "Accounts":
        """Choose the panel once, so that its customers are followed through all months."""
        size = len(customers)
        chosen = np.arange(size)
        if size > PANEL:
            chosen = np.sort(world.stream("panel").choice(size, PANEL, replace=False))
        costs = world.parameters.value.contact_cost
        by_channel = np.array([costs.get(name, 0.0) for name in (*world.organisation.channels, "bot")])
        return cls(world, chosen, len(chosen) / size, by_channel)

    def cost(self, calls: Rows, legs: Rows) -> NDArray[np.float64]:
        """Return what each conversation cost; a machine alone has a cost of its own, who gave up costs nothing."""
        channel = self.world.organisation.queue_channel[legs["queue"]]
        by_leg: NDArray[np.float64] = np.where(legs["answered"], self.contact_cost[channel], 0.0)
        total = np.bincount(legs["call"], by_leg, minlength=len(calls["customer"])).astype(float)
        total += self.contact_cost[-1] * calls["contained"]
        return total

    def close(self, customers: Customers, day: int) -> pa.Table:
        """Let a month end on its last `day`: return its rows, replace who left, and let loyalty drift back."""
        month = int(self.world.month[day])
        told, rng = self.world.parameters.value, self.world.stream("value", month)
        loyalty = customers.loyalty
        odds = logit(told.churn) + told.churn_loyalty * loyalty
        odds += (told.churn_price * self._price_rises(month))[customers.client_of(np.arange(len(customers)))]
        leaves = rng.random(len(customers), dtype=np.float32) < chance_of(odds)
        table = self._rows(customers, leaves, month, rng)
        customers.cost[:] = 0
        customers.forget()
        customers.replace(np.flatnonzero(leaves), month)
        return table

    def _rows(self, customers: Customers, leaves: NDArray[np.bool_], month: int, rng: np.random.Generator) -> pa.Table:
        told, organisation, slots = self.world.parameters.value, self.world.organisation, self.panel
        loyalty, count = customers.loyalty[slots].astype(float), len(slots)
        own = told.revenue_spread * customers.revenue[slots] + _MONTH_SPREAD * rng.standard_normal(count)
        revenue = told.revenue * np.exp(own + told.revenue_loyalty * loyalty)
        zeros = np.zeros(count, np.int8)
        rows: Rows = {
            "source": zeros,
            "client": customers.client_of(slots),
            "segment": customers.segment[slots],
            "revenue": np.round(revenue, 2),
            "margin": np.round(told.margin * revenue - customers.cost[slots], 2),
            "active": np.ones(count, bool),
            "churned": leaves[slots],
            "referred": rng.poisson(told.referrals * np.exp(told.referral_loyalty * loyalty)),
            "month": np.full(count, month, np.int16),
        }
        words = {
            "source": (SOURCE,), "client": organisation.clients, "segment": organisation.segments,
            "month": self.world.months,
        }  # fmt: skip
        texts = {"customer": pseudonyms(customers.numbers(slots), key_of(self.world.seed))}
        return table_of(rows, TABLES["outcomes"], words, texts)

    def _price_rises(self, month: int) -> NDArray[np.float64]:
        """Return for each client the severity of its price rises in the month, 1 being one of severity 5."""
        happened = self.world.happened
        rises = (happened.kind == KINDS.index("price")) & (self.world.month[happened.started_day] == month)
        clients = len(self.world.organisation.clients)
        return np.bincount(happened.client[rises], happened.severity[rises] / 5, clients).astype(float)
