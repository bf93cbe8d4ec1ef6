"""The five elements of return on experience as latent states of teams, month by month, with paths that are known."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_discrete_lyapunov

from klankbord.errors import OptionError, nearest
from klankbord.twin.happenings import Happened, exposure, trainings
from klankbord.twin.organisation import Organisation
from klankbord.twin.parameters import CONDITIONS, ELEMENTS, Elements, Parameters

Reals = NDArray[np.float64]

_NAMES = (*CONDITIONS, *ELEMENTS)
_BEFORE = 24  # months that are simulated first, so that no state remembers how it began


@dataclass(frozen=True, slots=True, kw_only=True)
class States:
    """The state of each team in each month; all have mean 0 and standard deviation 1.

    Parameters
    ----------
    workload, incidents, coaching : array, shape (teams, months)
        Conditions, which move elements and are not moved by them.
    influencers, pride, behaviours, value_drivers, outcome : array, shape (teams, months)
        The elements. `outcome` is what value drivers explain of the result, and the rest of the world; what customers
        really answer and do comes from their contacts.
    """

    workload: Reals
    incidents: Reals
    coaching: Reals
    influencers: Reals
    pride: Reals
    behaviours: Reals
    value_drivers: Reals
    outcome: Reals


def states(
    parameters: Parameters,
    organisation: Organisation,
    months: int,
    rng: np.random.Generator,
    *,
    given: Mapping[str, Reals] | None = None,
    lifts: Mapping[str, Reals] | None = None,
) -> States:
    """Return the states of all teams.

    Parameters
    ----------
    parameters : Parameters
        Paths, persistence, and differences between teams and months.
    organisation : Organisation
        Its teams.
    months : int
        Number of months.
    rng : numpy.random.Generator
        Stream of the elements.
    given : mapping, optional
        Conditions that are known, as arrays of shape (teams, months), such as incidents from the events; the others
        are drawn. Months before the first are zero in them.
    lifts : mapping, optional
        What comes on top of the noise of a state in a month, of the same shape, such as training on coaching; it lasts
        as persistence lets it.

    Raises
    ------
    OptionError
        When a path has a name or lag that does not exist, goes round in a circle within a month, or is too strong.

    Notes
    -----
    With team i, month t and z = (conditions, elements): state = team effect + month effect + z, and
    z_t = A0 z_t + A1 z_(t-1) + e_t. A0 and A1 hold the path coefficients of lag 0 and 1, A1 also persistence on its
    diagonal. The variances of e are solved from the stationary (Lyapunov) equation, such that each state has standard
    deviation 1 in all. Regression on team and month effects and on all terms of the equation therefore finds the
    coefficients. A given condition replaces the drawn one, so that it keeps its own mean and spread.

    Examples
    --------
    >>> from klankbord.twin.organisation import organise
    >>> from klankbord.twin.parameters import stream
    >>> from klankbord.twin.presets import PRESETS
    >>> bank = PRESETS["bank"]
    >>> centre = organise(bank, bank.parameters, agents=120, days=365, rng=stream(1, "organisation"))
    >>> states(bank.parameters, centre, 12, stream(1, "elements")).pride.shape
    (10, 12)
    """
    elements = parameters.elements
    now, before = _matrices(elements)
    spread = np.sqrt(_noise(elements, now, before))
    teams, known = len(organisation.teams), given or {}
    solved = np.linalg.inv(np.eye(len(_NAMES)) - now)
    z = np.zeros((_BEFORE + months, teams, len(_NAMES)))
    noise = spread * rng.standard_normal(z.shape)
    for name, series in (lifts or {}).items():
        noise[_BEFORE:, :, _NAMES.index(name)] += series.T
    for month in range(len(z)):
        last = z[month - 1] if month else np.zeros((teams, len(_NAMES)))
        push = noise[month] + last @ before.T
        for name, series in known.items():
            push[:, _NAMES.index(name)] = series[:, month - _BEFORE] if month >= _BEFORE else 0.0
        z[month] = push @ solved.T
    lasting = elements.team_sd * rng.standard_normal((1, teams, len(_NAMES)))
    shared = elements.month_sd * rng.standard_normal((months, 1, len(_NAMES)))
    free = np.array([name not in known for name in _NAMES])
    whole = z[_BEFORE:] + (lasting + shared) * free
    return States(**{name: np.ascontiguousarray(whole[:, :, place].T) for place, name in enumerate(_NAMES)})


def team_states(
    parameters: Parameters,
    organisation: Organisation,
    happened: Happened,
    month_of_day: NDArray[np.integer],
    rng: np.random.Generator,
) -> States:
    """Return the states of all teams in a world where incidents and training are those that happened.

    Parameters
    ----------
    parameters, organisation : Parameters, Organisation
        The world.
    happened : Happened
        Its events: incidents become the condition of that name, training lifts coaching.
    month_of_day : array of int, shape (days,)
        Month of each day, from 0.
    rng : numpy.random.Generator
        Stream of the elements.

    Examples
    --------
    >>> from klankbord.twin.organisation import organise
    >>> from klankbord.twin.parameters import stream
    >>> from klankbord.twin.presets import PRESETS
    >>> bank = PRESETS["bank"]
    >>> centre = organise(bank, bank.parameters, agents=50, days=61, rng=stream(1, "organisation"))
    >>> from klankbord.twin.happenings import happen
    >>> happened = happen(bank.parameters, centre, 61, stream(1, "happenings"))
    >>> team_states(bank.parameters, centre, happened, np.arange(61) // 31, stream(1, "elements")).coaching.shape
    (4, 2)
    """
    months = int(month_of_day.max()) + 1
    lifts = parameters.happenings.training_lift * trainings(happened, organisation, month_of_day)
    # Where incidents do nothing to customers, they must not work through the teams either.
    felt = parameters.happenings.experience.get("incident", 0.0) != 0
    given = {"incidents": exposure(happened, organisation, month_of_day, "incident")} if felt else None
    return states(parameters, organisation, months, rng, given=given, lifts={"coaching": lifts - lifts.mean()})


def _matrices(elements: Elements) -> tuple[Reals, Reals]:
    """Return A0 and A1: what each state takes from the others in the same month and from the month before."""
    now, before = np.zeros((2, len(_NAMES), len(_NAMES)))
    for path in elements.paths:
        for name, allowed in ((path.source, _NAMES), (path.target, ELEMENTS)):
            if name not in allowed:
                near = nearest(name, allowed)
                guess = f"did you mean {near!r}? " if near else ""
                raise OptionError(
                    f"the path {path.source} -> {path.target} names {name!r}, which is not there",
                    hint=f"{guess}names: {', '.join(allowed)}",
                )
        if path.lag not in {0, 1}:
            raise OptionError(f"the path {path.source} -> {path.target} has lag {path.lag}", hint="use 0 or 1 month")
        (before if path.lag else now)[_NAMES.index(path.target), _NAMES.index(path.source)] += path.coefficient
    if np.linalg.matrix_power(now != 0, len(_NAMES)).any():
        raise OptionError("the paths go round in a circle within one month", hint="give one of them a lag of 1")
    before += np.diag(np.where(np.isin(_NAMES, ELEMENTS), elements.persistence, elements.condition_persistence))
    return now, before


def _noise(elements: Elements, now: Reals, before: Reals) -> Reals:
    """Return the variances of e that leave each state its share of variance, once all paths have done their work."""
    size = len(_NAMES)
    solved = np.linalg.inv(np.eye(size) - now)
    carried = solved @ before
    share = 1 - elements.team_sd**2 - elements.month_sd**2
    if share > 0 and np.abs(np.linalg.eigvals(carried)).max() < 1:
        columns = [solve_discrete_lyapunov(carried, np.outer(column, column)) for column in solved.T]
        variances: Reals = np.linalg.solve(np.array([np.diag(each) for each in columns]).T, np.full(size, share))
        if (variances > 0).all():
            return variances
    raise OptionError(
        "paths, persistence and lasting differences explain more than all of an element's variance",
        hint="make coefficients, persistence, team_sd or month_sd smaller",
    )
