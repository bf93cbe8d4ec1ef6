"""The simulated contact centre as a library: ask for so many contacts, look at its days, or write it as a lake."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from klankbord.errors import OptionError
from klankbord.lake import Lake, Settings
from klankbord.twin.comments import LANGUAGES
from klankbord.twin.customers import Customers
from klankbord.twin.organisation import START, organise
from klankbord.twin.parameters import Parameters, stream
from klankbord.twin.presets import Preset, preset_named
from klankbord.twin.queueing import headcount
from klankbord.twin.simulation import Simulation
from klankbord.twin.truth import Truth, tell
from klankbord.twin.world import World, make_world
from klankbord.twin.writing import BLOCK, Day, TruthFiles, days_of

SETTINGS = Settings(zone="Europe/Amsterdam", attribution="pseudonym", reason="simulated")
_FEWEST_AGENTS, _FEWEST_CUSTOMERS = 20, 200


class Centre:
    """A contact centre whose truth is known.

    Parameters
    ----------
    contacts : int
        Rows of `contacts` that are wanted, about; how many come is a draw.
    months : int
        Calendar months.
    seed : int
        Everything follows from it: the same seed gives the same bytes.
    preset : str
        utility, telecom, bank or outsourcer.
    language_mix : mapping of str to float, optional
        Shares of customers by language instead of the preset's.
    agents : int, optional
        Headcount; as many as the work needs when not given.
    parameters : Parameters, optional
        What is true, instead of the preset's own.
    start : date
        First day; the first of a month.
    end : date, optional
        Last day, in the last of the months; the last of that month when not given.

    Raises
    ------
    OptionError
        When an option makes no centre.

    Examples
    --------
    >>> centre = Centre(contacts=500, months=1, seed=4)
    >>> sum(day.contacts.num_rows for day in centre.days()) > 300
    True
    """

    def __init__(
        self,
        *,
        contacts: int = 100_000,
        months: int = 24,
        seed: int = 1,
        preset: str = "telecom",
        language_mix: Mapping[str, float] | None = None,
        agents: int | None = None,
        parameters: Parameters | None = None,
        start: date = START,
        end: date | None = None,
    ) -> None:
        self.preset: Preset = preset_named(preset)
        _check(contacts=contacts, months=months, agents=agents, seed=seed, start=start, end=end)
        self.contacts, self.months, self.seed, self.start = contacts, months, seed, start
        self.end = end or _last_day(start, months)
        self.language_mix = _known(language_mix) if language_mix else None
        self.parameters = parameters or self.preset.parameters
        self.agents = agents or self._headcount()
        self.truth: Truth | None = None

    @property
    def length(self) -> int:
        """Number of days."""
        return (self.end - self.start).days + 1

    def days(self) -> Iterator[Day]:
        """Simulate, and yield one day after another; the truth is known when the last one was."""
        simulation = self._simulation()
        rows: dict[str, int] = {}
        for day in days_of(simulation):
            _count(rows, day)
            yield day
        self.truth = self._tell(simulation, rows)

    def write(
        self,
        folder: str | Path,
        *,
        name: str = "simulated",
        settings: Settings = SETTINGS,
        progress: Callable[[float], None] = lambda _: None,
    ) -> Truth:
        """Simulate, and write a lake with `truth.json` and the folder `truth` beside its tables.

        Parameters
        ----------
        folder : path
            Must be empty or not exist.
        name : str
            What the write is called: the `import_id` of every row.
        settings : Settings
            Of the lake; agents are told apart by ids that are nobody's.
        progress : callable
            Is told the share that is done.

        Raises
        ------
        LakeError
            When there is something in the folder.
        """
        place = Path(folder)
        key = np.random.SeedSequence([self.seed, 2]).generate_state(8, np.uint32).tobytes()
        lake = Lake.create(place, settings, key=key)
        simulation, files, rows = self._simulation(), TruthFiles(place / "truth"), dict[str, int]()
        with lake.writing(name) as batch:
            for day in days_of(simulation, BLOCK):
                for table, rows_of_day in (("contacts", day.contacts), ("responses", day.responses), *day.aside):
                    batch.append(table, rows_of_day)
                files.add("contacts", day.true_contacts)
                files.add("comments", day.true_comments)
                _count(rows, day)
                progress((day.number + 1) / self.length)
        files.close()
        self.truth = self._tell(simulation, rows)
        self.truth.save(place / "truth.json")
        return self.truth

    def world(self) -> World:
        """Return what is settled before the first day."""
        return make_world(
            preset=self.preset,
            parameters=self.parameters,
            contacts=self.contacts,
            first_day=self.start,
            days=self.length,
            agents=self.agents,
            seed=self.seed,
            languages=self.language_mix,
        )

    def _simulation(self) -> Simulation:
        world = self.world()
        yearly = self.contacts / (self.months / 12)
        size = max(round(yearly / self.parameters.customers.contacts_a_year), _FEWEST_CUSTOMERS)
        return Simulation.of(world, Customers.of(world.organisation, self.parameters, size, self.seed))

    def _headcount(self) -> int:
        organisation = organise(
            self.preset, self.parameters, agents=_FEWEST_AGENTS, days=1, rng=stream(self.seed, "headcount")
        )
        return max(headcount(self.parameters, organisation, self.contacts, self.length), _FEWEST_AGENTS)

    def _tell(self, simulation: Simulation, rows: Mapping[str, int]) -> Truth:
        asked = {
            "contacts": self.contacts, "months": self.months, "seed": self.seed, "preset": self.preset.name,
            "agents": self.agents, "start": self.start.isoformat(), "end": self.end.isoformat(),
            "language_mix": self.language_mix,
        }  # fmt: skip
        return tell(simulation.world, simulation.customers, simulation.accounts, simulation.tally, asked, rows)


def _count(rows: dict[str, int], day: Day) -> None:
    for name, table in (("contacts", day.contacts), ("responses", day.responses), *day.aside):
        rows[name] = rows.get(name, 0) + table.num_rows


def _known(mix: Mapping[str, float]) -> dict[str, float]:
    """Return a mix of languages in which comments can be written."""
    for language in (language for language in mix if language not in LANGUAGES):
        raise OptionError(
            f"there is no language {language!r} to write in", hint=f"languages: {', '.join(LANGUAGES)}", option=language
        )
    return dict(mix)


def _last_day(start: date, months: int) -> date:
    years, month = divmod(start.month - 1 + months, 12)
    return date(start.year + years, month + 1, 1) - timedelta(days=1)


def _check(*, contacts: int, months: int, agents: int | None, seed: int, start: date, end: date | None) -> None:
    wrong = {
        "contacts": contacts < 1,
        "months": not 1 <= months <= 120,
        "agents": agents is not None and agents < 1,
        "seed": seed < 0,
        "start": start.day != 1,
        "end": end is not None and not _last_day(start, months - 1) < end <= _last_day(start, months),
    }
    for name in (name for name, is_wrong in wrong.items() if is_wrong):
        raise OptionError(
            f"{name} has a value that makes no centre",
            hint="contacts and agents at least 1, months 1 to 120, seed 0 or more, start on the first of a month, "
            "end in the last of the months",
            option=name,
        )
