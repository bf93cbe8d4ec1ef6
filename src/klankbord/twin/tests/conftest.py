"""Small simulated worlds, each run once for all tests that look at it."""

from dataclasses import dataclass
from functools import cache

import pyarrow as pa
import pytest

from klankbord.twin import Centre, Truth
from klankbord.twin.presets import preset_named


@dataclass(frozen=True)
class Lived:
    """A world that is over: its tables whole, and its truth."""

    contacts: pa.Table
    responses: pa.Table
    aside: dict[str, pa.Table]
    true_contacts: pa.Table
    true_comments: pa.Table
    truth: Truth

    def columns(self, *names):
        """Return columns of contacts and of the truth about them as arrays."""
        return [self.column(name) for name in names]

    def column(self, name):
        table = self.true_contacts if name.startswith("true_") else self.contacts
        column = table[name.removeprefix("true_")]
        if pa.types.is_timestamp(column.type):
            return column.cast(pa.int64()).to_numpy() / 1e6
        if pa.types.is_dictionary(column.type):
            column = column.cast(pa.string())  # or nulls come out as the last word of the dictionary
        return column.to_numpy(zero_copy_only=False)


@cache
def simulated(**asked):
    without = asked.pop("without", ())
    parameters = preset_named(asked.get("preset", "telecom")).parameters.without(*without)
    return lived_through(Centre(parameters=parameters, **asked))


def lived_through(centre):
    days = list(centre.days())
    aside = {}
    for day in days:
        for name, table in day.aside:
            aside.setdefault(name, []).append(table)
    return Lived(
        contacts=together(day.contacts for day in days),
        responses=together(day.responses for day in days),
        aside={name: together(tables) for name, tables in aside.items()},
        true_contacts=together(day.true_contacts for day in days),
        true_comments=together(day.true_comments for day in days),
        truth=centre.truth,
    )


def together(tables):
    return pa.concat_tables(tables).unify_dictionaries().combine_chunks()


@pytest.fixture(scope="session")
def simulate():
    """Return a function that simulates a world: options of `Centre`, and `without=(mechanism, ...)`."""
    return simulated


@pytest.fixture(scope="session")
def live():
    """Return a function that lets a centre live through its days."""
    return lived_through


@pytest.fixture(scope="session")
def world(simulate):
    """Return an ordinary world of two months."""
    return simulate(contacts=20_000, months=2, seed=3)
