"""A simulation becomes tables: one day at a time for who looks at it, in large blocks for the lake."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from klankbord.twin.arrow import Rows, concatenate
from klankbord.twin.holding import Lived
from klankbord.twin.identities import serials
from klankbord.twin.rows import Tables
from klankbord.twin.simulation import Simulation
from klankbord.twin.world import WARM_UP

BLOCK = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day of the simulated centre as tables, or several days together.

    Parameters
    ----------
    number : int
        Its number, from 0; of several, that of the last.
    contacts, responses : pa.Table
        Rows of these tables of the lake.
    aside : tuple of (str, pa.Table)
        Rows of its other tables that became known meanwhile.
    true_contacts, true_comments : pa.Table
        What only the simulation knows, by `external_id`.
    """

    number: int
    contacts: pa.Table
    responses: pa.Table
    aside: tuple[tuple[str, pa.Table], ...]
    true_contacts: pa.Table
    true_comments: pa.Table


def days_of(simulation: Simulation, least: int = 1) -> Iterator[Day]:
    """Run a simulation, and give back its days, as many together as make `least` contacts.

    Parameters
    ----------
    simulation : Simulation
        Not yet begun.
    least : int
        How many contacts are given back at a time, or more; 1 gives every day by itself, if it has any.
    """
    tables = Tables.of(simulation.world)
    waiting: list[Lived] = []
    count = 0
    for lived in simulation.run():
        waiting.append(lived)
        count += len(lived.contacts["number"])
        if count >= least:
            yield _together(simulation, tables, waiting)
            waiting, count = [], 0
    if waiting:
        yield _together(simulation, tables, waiting)


class TruthFiles:
    """Writes what only the simulation knows to Parquet files beside the lake, a new file every million rows or so.

    Parameters
    ----------
    folder : Path
        Gets the folders `contacts` and `comments`.
    """

    ROWS = 1_000_000

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.written = {"contacts": 0, "comments": 0}
        self._open: dict[str, pq.ParquetWriter] = {}
        self._files = {"contacts": 0, "comments": 0}
        self._rows = {"contacts": 0, "comments": 0}

    def add(self, name: str, table: pa.Table) -> None:
        """Add rows of `contacts` or of `comments`."""
        if name not in self._open:
            place = self.folder / name
            place.mkdir(parents=True, exist_ok=True)
            file = place / f"{self._files[name]:05d}.parquet"
            self._open[name] = pq.ParquetWriter(file, table.schema, compression="zstd")
            self._files[name] += 1
        self._open[name].write_table(table)
        self.written[name] += table.num_rows
        self._rows[name] += table.num_rows
        if self._rows[name] >= self.ROWS:
            self._open.pop(name).close()
            self._rows[name] = 0

    def close(self) -> None:
        """Finish the files that are open."""
        for writer in self._open.values():
            writer.close()
        self._open.clear()


def _together(simulation: Simulation, tables: Tables, lived: list[Lived]) -> Day:
    aside, simulation.aside = tuple(simulation.aside), []
    return Day(
        number=lived[-1].day - WARM_UP,
        contacts=tables.contacts(concatenate([each.contacts for each in lived])),
        responses=tables.responses(
            concatenate([each.responses for each in lived]), pa.concat_arrays([each.comments for each in lived])
        ),
        aside=aside,
        true_contacts=_true_contacts(concatenate([each.truth for each in lived])),
        true_comments=pa.concat_tables([each.written for each in lived]),
    )


def _true_contacts(rows: Rows) -> pa.Table:
    ids = serials("c", rows["number"], rows["leg"])
    known = {name: pa.array(column) for name, column in rows.items() if name not in {"number", "leg"}}
    return pa.table({"external_id": ids, **known})
