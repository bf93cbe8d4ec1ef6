"""What employees answer in the pulse, and the series in which an organisation measures its five elements."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from klankbord.lake.schema import TABLES
from klankbord.twin.arrow import Rows, table_of
from klankbord.twin.clock import Clock
from klankbord.twin.elements import States
from klankbord.twin.identities import pseudonyms
from klankbord.twin.organisation import Codes, Organisation
from klankbord.twin.parameters import ELEMENTS, Parameters

Reals = NDArray[np.float64]

ITEMS: Mapping[str, int] = {"pride": 4, "influencers": 3, "behaviours": 4, "value_drivers": 3, "outcome": 3}
QUESTIONS = ("enps", *(f"{element}_{number + 1}" for element, many in ITEMS.items() for number in range(many)))
LEVELS = ("team", "site", "client", "all")

_CUTS = np.array([-1.6, -0.8, 0.1, 1.1])  # where agreement from 1 to 5 changes, in standard deviations
_HALO = np.sqrt(0.5)  # how much of an answer is the person's own outlook rather than the item
_ENPS_OWN = 1.2  # score points of that outlook, and of chance, in the recommendation question


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """A series that measures a state of teams.

    Parameters
    ----------
    name, element : str
        What is measured, and for which element.
    state : str
        The state of `States` behind it.
    level, slope : float
        Value at mean 0, and change by one standard deviation of the state.
    noise : float
        Standard deviation of one answer, contact or month of one agent.
    each : float
        How many of those there are for one agent in a month.
    """

    name: str
    element: str
    state: str
    level: float
    slope: float
    noise: float
    each: float


INDICATORS = (
    Indicator(name="engagement", element="pride", state="pride", level=68, slope=6, noise=18, each=0.6),
    Indicator(name="absence", element="pride", state="pride", level=7.5, slope=-1.1, noise=5, each=1),
    Indicator(name="turnover", element="pride", state="pride", level=2.6, slope=-0.5, noise=2, each=1),
    Indicator(name="coaching_hours", element="influencers", state="coaching", level=1.9, slope=0.5, noise=0.7, each=1),
    Indicator(name="leadership", element="influencers", state="influencers", level=70, slope=5, noise=17, each=0.6),
    Indicator(name="contact_quality", element="behaviours", state="behaviours", level=79, slope=4, noise=14, each=4),
    Indicator(name="knowledge_use", element="behaviours", state="behaviours", level=54, slope=6, noise=50, each=90),
    Indicator(name="first_time", element="value_drivers", state="value_drivers", level=76, slope=3, noise=42, each=9),
    Indicator(name="easy_access", element="value_drivers", state="value_drivers", level=71, slope=4, noise=45, each=9),
    Indicator(name="retention", element="outcome", state="outcome", level=98.8, slope=0.25, noise=10, each=400),
    Indicator(name="referral", element="outcome", state="outcome", level=6, slope=0.8, noise=24, each=400),
)  # fmt: skip


def pulse_table(
    parameters: Parameters,
    organisation: Organisation,
    states: States,
    clock: Clock,
    month: int,
    rng: np.random.Generator,
) -> pa.Table:
    """Return the answers of one month as rows of the lake's table `pulses`; none in months without a pulse.

    Parameters
    ----------
    parameters : Parameters
        What is true of the pulse.
    organisation : Organisation
        Who is employed, and where.
    states : States
        What the items measure.
    clock : Clock
        Days and months.
    month : int
        Month of the simulation, from 0.
    rng : numpy.random.Generator
        Stream of the pulse in that month.

    Notes
    -----
    Answers carry no key of a person, and their order is that of their random ids, so that two of one person cannot be
    put together.

    Examples
    --------
    >>> from klankbord.twin.organisation import organise
    >>> from klankbord.twin.parameters import stream
    >>> from klankbord.twin.presets import PRESETS
    >>> bank = PRESETS["bank"]
    >>> centre = organise(bank, bank.parameters, agents=50, days=61, rng=stream(1, "organisation"))
    >>> from klankbord.twin.clock import Clock
    >>> from klankbord.twin.elements import states
    >>> found, clock = states(bank.parameters, centre, 2, stream(1, "elements")), Clock.over(centre.first_day, 61)
    >>> answers = pulse_table(bank.parameters, centre, found, clock, 0, stream(1, "pulse", 0))
    >>> answers.num_rows, answers.num_rows % len(QUESTIONS)
    (522, 0)
    """
    pulse = parameters.pulse
    names, month_of_day = clock.months()
    employed = organisation.employed(int(np.flatnonzero(month_of_day == month).mean()))
    team = organisation.agent_team[employed]
    odds = np.log(pulse.response / (1 - pulse.response)) + pulse.response_workload * states.workload[team, month]
    answers = rng.random(len(team)) < 1 / (1 + np.exp(-odds))
    team = team[answers & (month % pulse.every_months == 0)]
    scores = _answers(parameters, states, team, month, rng)
    size = scores.size
    ids = rng.integers(2**62, size=size)
    order = np.argsort(ids, kind="stable")
    question = np.tile(np.arange(len(QUESTIONS)), len(team))[order]
    team = np.repeat(team, len(QUESTIONS))[order]
    rows: Rows = {
        "source": np.zeros(size, np.int32),
        "client": organisation.team_client[team],
        "site": organisation.team_site[team],
        "team": team,
        "question": question,
        "metric": np.where(question == 0, 0, -1),
        "score": scores.ravel()[order],
        "scale_low": np.where(question == 0, 0, 1),
        "scale_high": np.where(question == 0, 10, 5),
        "language": rng.choice(len(organisation.languages), size, p=organisation.language_share),
        "month": np.full(size, month),
    }
    words = {
        "source": ("simulated",), "client": organisation.clients, "site": organisation.sites,
        "team": organisation.teams, "question": QUESTIONS, "metric": ("enps",),
        "language": organisation.languages, "month": tuple(names),
    }  # fmt: skip
    return table_of(rows, TABLES["pulses"], words, {"external_id": pseudonyms(ids[order], 0)})


def indicator_table(
    organisation: Organisation,
    states: States,
    clock: Clock,
    month: int,
    rng: np.random.Generator,
    *,
    realised: Mapping[str, tuple[str, Reals, Reals]] | None = None,
) -> pa.Table:
    """Return the series of one month as rows of the lake's table `indicators`, by team, site, client and for all.

    Parameters
    ----------
    organisation : Organisation
        Its teams.
    states : States
        What the indicators measure.
    clock : Clock
        Days and months.
    month : int
        Month of the simulation, from 0.
    rng : numpy.random.Generator
        Stream of the indicators in that month.
    realised : mapping, optional
        Series that really came out, by name: element, value of each team, and answers of each team.

    Examples
    --------
    >>> from klankbord.twin.organisation import organise
    >>> from klankbord.twin.parameters import stream
    >>> from klankbord.twin.presets import PRESETS
    >>> bank = PRESETS["bank"]
    >>> centre = organise(bank, bank.parameters, agents=50, days=61, rng=stream(1, "organisation"))
    >>> from klankbord.twin.clock import Clock
    >>> from klankbord.twin.elements import states
    >>> found, clock = states(bank.parameters, centre, 2, stream(1, "elements")), Clock.over(centre.first_day, 61)
    >>> series = indicator_table(centre, found, clock, 0, stream(1, "indicators", 0))
    >>> series.num_rows, series.slice(0, 1).to_pylist()[0]["indicator"]
    (99, 'engagement')
    """
    names, month_of_day = clock.months()
    agents = _headcount(organisation, int(np.flatnonzero(month_of_day == month).mean()))
    series: dict[str, tuple[str, Reals, Reals]] = {}
    for indicator in INDICATORS:
        answers = np.maximum(np.round(agents * indicator.each), 1)
        truth = indicator.level + indicator.slope * getattr(states, indicator.state)[:, month]
        noise = indicator.noise / np.sqrt(answers) * rng.standard_normal(len(answers))
        # Percentages and hours alike are never below 0 or above 100.
        series[indicator.name] = (indicator.element, np.clip(truth + noise, 0, 100), answers)
    series |= realised or {}
    parts = [_levels(organisation, values, answers) for _, values, answers in series.values()]
    size = len(parts[0]["value"])
    rows: Rows = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    rows |= {
        "source": np.zeros(size * len(parts), np.int32),
        "element": np.repeat([ELEMENTS.index(element) for element, _, _ in series.values()], size),
        "indicator": np.repeat(np.arange(len(series)), size),
        "month": np.full(size * len(parts), month),
    }
    units = (*organisation.teams, *organisation.sites, *organisation.clients, "all")
    words = {
        "source": ("simulated",), "element": ELEMENTS, "indicator": tuple(series), "level": LEVELS,
        "unit": units, "month": tuple(names),
    }  # fmt: skip
    return table_of(rows, TABLES["indicators"], words, {})


def _answers(
    parameters: Parameters, states: States, team: NDArray[np.int32], month: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return what each person answers to each question, shape (people, questions)."""
    pulse = parameters.pulse
    person = rng.standard_normal((len(team), 1))
    chance = rng.standard_normal((len(team), len(QUESTIONS)))
    felt = np.stack(
        [getattr(states, element)[team, month] for element, many in ITEMS.items() for _ in range(many)], axis=1
    )
    own = np.sqrt(1 - pulse.loading**2) * (_HALO * person + np.sqrt(1 - _HALO**2) * chance[:, 1:])
    agreement = 1 + np.searchsorted(_CUTS, pulse.loading * felt + own)
    recommend = pulse.enps_level + pulse.enps_pride * states.pride[team, month, None]
    recommend = np.clip(np.rint(recommend + _ENPS_OWN * (person + chance[:, :1])), 0, 10)
    return np.concatenate([recommend.astype(np.int64), agreement], axis=1)


def _levels(organisation: Organisation, values: Reals, answers: Reals) -> Rows:
    """Return a series by team, and its means by site, by client and over all, weighted by answers."""
    everybody = np.zeros(len(organisation.teams), np.int32)
    own = np.arange(len(organisation.teams), dtype=np.int32)
    groups: tuple[Codes, ...] = (own, organisation.team_site, organisation.team_client, everybody)
    sizes = (len(organisation.teams), len(organisation.sites), len(organisation.clients), 1)
    counts = [np.bincount(group, answers, size) for group, size in zip(groups, sizes, strict=True)]
    totals = [np.bincount(group, answers * values, size) for group, size in zip(groups, sizes, strict=True)]
    count, total = np.concatenate(counts), np.concatenate(totals)
    return {
        "level": np.repeat(np.arange(len(LEVELS)), sizes),
        "unit": np.arange(len(count)),
        "value": np.divide(total, count, out=np.full(len(count), np.nan), where=count > 0),
        "answers": count.astype(np.int64),
    }


def _headcount(organisation: Organisation, day: int) -> Reals:
    employed = organisation.agent_team[organisation.employed(day)]
    return np.bincount(employed, minlength=len(organisation.teams)).astype(float)
