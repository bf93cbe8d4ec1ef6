"""How many agents are planned: the offered load of each queue and hour, and some square roots of it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from klankbord.twin.organisation import Organisation
from klankbord.twin.parameters import Parameters

Reals = NDArray[np.float64]


def mean_handle_s(parameters: Parameters, organisation: Organisation) -> Reals:
    """Return the mean handle time of each queue in seconds, as `Handling` has it for an agent of mean skill.

    Examples
    --------
    >>> from klankbord.twin.organisation import organise
    >>> from klankbord.twin.parameters import stream
    >>> from klankbord.twin.presets import PRESETS
    >>> bank = PRESETS["bank"]
    >>> centre = organise(bank, bank.parameters, agents=50, days=61, rng=stream(1, "organisation"))
    >>> mean_handle_s(bank.parameters, centre)[:4].round().tolist()
    [417.0, 800.0, 704.0, 453.0]
    """
    handling = parameters.handling
    by_channel = [
        handling.talk_s.get(channel, 300.0) * np.exp(handling.talk_spread**2 / 2)
        + handling.wrap_s * np.exp(handling.wrap_spread**2 / 2)
        + (handling.hold_share * handling.hold_s if channel == "phone" else 0.0)
        for channel in organisation.channels
    ]
    result: Reals = np.array(by_channel)[organisation.queue_channel]
    return result


def slots(parameters: Parameters, organisation: Organisation) -> Reals:
    """Return how many contacts an agent of each queue has at once.

    Examples
    --------
    >>> from klankbord.twin.organisation import organise
    >>> from klankbord.twin.parameters import stream
    >>> from klankbord.twin.presets import PRESETS
    >>> bank = PRESETS["bank"]
    >>> centre = organise(bank, bank.parameters, agents=50, days=61, rng=stream(1, "organisation"))
    >>> slots(bank.parameters, centre)[:4].tolist()
    [1.0, 2.5, 4.0, 1.0]
    """
    concurrency = parameters.queueing.concurrency
    result: Reals = np.array([concurrency.get(name, 1.0) for name in organisation.channels])
    return result[organisation.queue_channel]


def staffing(
    parameters: Parameters, organisation: Organisation, intensities: NDArray[Any], rng: np.random.Generator
) -> Reals:
    """Return the agents planned for each cell: the offered load and some square roots of it, on a wrong forecast.

    Parameters
    ----------
    parameters : Parameters
        What is true of queueing and handling.
    organisation : Organisation
        Its queues.
    intensities : array, shape (days, queues, 24)
        Expected contacts in each hour.
    rng : numpy.random.Generator
        Stream of the forecasts.

    Returns
    -------
    array, shape (days, queues, 24)
        Contacts that can be handled at once, not necessarily whole; at least two, as no queue is left to one person.

    Examples
    --------
    >>> from klankbord.twin.organisation import organise
    >>> from klankbord.twin.parameters import stream
    >>> from klankbord.twin.presets import PRESETS
    >>> bank = PRESETS["bank"]
    >>> centre = organise(bank, bank.parameters, agents=50, days=61, rng=stream(1, "organisation"))
    >>> expected = np.full((61, 24, 24), 120.0)
    >>> staffing(bank.parameters, centre, expected, stream(1, "staffing"))[0, 0, :2].round(2).tolist()
    [16.37, 16.37]
    """
    queueing = parameters.queueing
    wrong = np.exp(queueing.forecast_error * rng.standard_normal((*intensities.shape[:2], 1)))
    load = intensities * (mean_handle_s(parameters, organisation) / 3600)[None, :, None] * wrong
    return np.maximum(load + queueing.service_grade * np.sqrt(load), 2.0)


def headcount(parameters: Parameters, organisation: Organisation, contacts: float, days: int) -> int:
    """Return the agents that so many contacts in so many days need, with 85 % of their hours at work on contacts.

    Examples
    --------
    >>> from klankbord.twin.organisation import organise
    >>> from klankbord.twin.parameters import stream
    >>> from klankbord.twin.presets import PRESETS
    >>> bank = PRESETS["bank"]
    >>> centre = organise(bank, bank.parameters, agents=50, days=61, rng=stream(1, "organisation"))
    >>> headcount(bank.parameters, centre, contacts=1_000_000, days=730)
    40
    """
    seconds = float(
        (organisation.queue_share * mean_handle_s(parameters, organisation) / slots(parameters, organisation)).sum()
    )
    worked = 0.85 * parameters.agents.shift_hours * 3600 * (1 - parameters.agents.absence) * 5 / 7
    return max(round(contacts * seconds / days / worked), 1)
