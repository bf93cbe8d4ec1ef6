"""Parameters of the people who work there: skill, coming and going, the five elements of teams, and the pulse."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from klankbord.twin.parameters.mechanism import Mechanism

ELEMENTS = ("influencers", "pride", "behaviours", "value_drivers", "outcome")
CONDITIONS = ("workload", "incidents", "coaching")


@dataclass(frozen=True, slots=True, kw_only=True)
class Agents(Mechanism):
    """How agents differ.

    Parameters
    ----------
    skill_sd : float
        Standard deviation of skill between agents; effects elsewhere are per unit of skill.
    newcomer_gap : float
        Skill that a newcomer lacks on the first day.
    learning_days : float
        Days in which that gap falls to 1/e.
    team_size : int
        Mean number of agents in a team; teams have 8 to 16.
    saturday, sunday : float
        Share of agents at work on those days.
    absence : float
        Share of working days lost to leave, illness and training.
    shift_hours : float
        Hours that an agent works on a day.
    """

    skill_sd: float = 1.0
    newcomer_gap: float = 1.2
    learning_days: float = 75.0
    team_size: int = 12
    saturday: float = 0.3
    sunday: float = 0.1
    absence: float = 0.18
    shift_hours: float = 7.5
    NEUTRAL: ClassVar[Mapping[str, object]] = MappingProxyType({"skill_sd": 0.0, "newcomer_gap": 0.0})


@dataclass(frozen=True, slots=True, kw_only=True)
class Turnover(Mechanism):
    """Who leaves; every leaver is replaced the next day.

    Parameters
    ----------
    yearly : float
        Agents who leave in a year as a share of headcount, for an agent long in service.
    newcomer : float
        How many times more often newcomers leave in their first half year.
    """

    yearly: float = 0.28
    newcomer: float = 1.8
    NEUTRAL: ClassVar[Mapping[str, object]] = MappingProxyType({"yearly": 0.0})


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """One arrow between elements or from a condition to an element.

    Parameters
    ----------
    source, target : str
        Names of `ELEMENTS` or, for the source, of `CONDITIONS`.
    lag : int
        Months between cause and effect: 0 or 1.
    coefficient : float
        Standardised: change of the target, in standard deviations, by one of the source.
    """

    source: str
    target: str
    lag: int
    coefficient: float


PATHS = (
    Path(source="influencers", target="pride", lag=1, coefficient=0.30),
    Path(source="workload", target="pride", lag=0, coefficient=-0.30),
    Path(source="pride", target="behaviours", lag=1, coefficient=0.35),
    Path(source="coaching", target="behaviours", lag=0, coefficient=0.25),
    Path(source="behaviours", target="value_drivers", lag=0, coefficient=0.25),
    Path(source="behaviours", target="value_drivers", lag=1, coefficient=0.15),
    Path(source="incidents", target="value_drivers", lag=0, coefficient=-0.20),
    Path(source="value_drivers", target="outcome", lag=0, coefficient=0.45),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Elements(Mechanism):
    """The five elements of return on experience as states of teams.

    Parameters
    ----------
    paths : tuple of Path
        What moves what.
    persistence : float
        Share of last month's deviation that an element keeps.
    condition_persistence : float
        The same for workload, incidents and coaching where they are not given.
    team_sd, month_sd : float
        Standard deviation of lasting differences between teams, and of what all teams share in a month;
        each state has standard deviation 1 in all.
    on_experience : float
        Score points that one standard deviation of behaviours adds for the team's customers.
    on_resolution : float
        Change of the log odds of resolution by one standard deviation of value drivers.
    on_wait : float
        Change of log wait by one standard deviation of value drivers.
    """

    paths: tuple[Path, ...] = PATHS
    persistence: float = 0.4
    condition_persistence: float = 0.5
    team_sd: float = 0.5
    month_sd: float = 0.25
    on_experience: float = 0.25
    on_resolution: float = 0.15
    on_wait: float = -0.1
    NEUTRAL: ClassVar[Mapping[str, object]] = MappingProxyType(
        {"paths": (), "team_sd": 0.0, "month_sd": 0.0, "on_experience": 0.0, "on_resolution": 0.0, "on_wait": 0.0}
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse(Mechanism):
    """What employees are asked.

    Parameters
    ----------
    every_months : int
        Months between two pulses: 1 or 3.
    response : float
        Share who answer at mean workload.
    response_workload : float
        Change of the log odds of an answer by one standard deviation of workload.
    loading : float
        Correlation between an item and the state that it measures.
    enps_level : float
        Mean answer to the recommendation question, 0 to 10.
    enps_pride : float
        Score points that one standard deviation of pride adds to it.
    """

    every_months: int = 1
    response: float = 0.62
    response_workload: float = -0.25
    loading: float = 0.7
    enps_level: float = 7.2
    enps_pride: float = 1.0
    NEUTRAL: ClassVar[Mapping[str, object]] = MappingProxyType(
        {"response_workload": 0.0, "loading": 0.0, "enps_pride": 0.0}
    )
