"""The formulas of Erlang and Palm for a line that customers may leave; nothing is drawn here."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammainc, gammaincc, gammaln

Reals = NDArray[np.float64]

# Below this the incomplete gamma functions lose their digits, and the series that replaces them needs few terms.
SMALL = 1e-280
_TERMS = np.arange(1, 400)


class Waiting(NamedTuple):
    """What customers meet on average: chance to wait, chance to give up, and mean seconds in queue of all."""

    p_wait: Reals
    p_abandon: Reals
    mean_wait_s: Reals


def erlang_b(load: ArrayLike, agents: ArrayLike) -> Reals:
    """Return the chance that all agents are busy when nobody waits.

    Parameters
    ----------
    load : array_like
        Offered load in erlang: arrivals a second times seconds of work.
    agents : array_like
        Agents at work, not necessarily whole.

    Notes
    -----
    B = a^n e^-a / Gamma(n + 1, a), the continuous form of Erlang's loss formula (Jagerman 1974); far into overload
    1/B = 1 + n/a + n(n-1)/a^2 + ... is summed instead.

    Examples
    --------
    >>> round(float(erlang_b(10, 10)), 8)
    0.21458234
    """
    a, n = _broadcast(load, agents)
    tail = gammaincc(n + 1, a)
    safe = tail > SMALL
    direct = np.exp(n * np.log(a) - a - gammaln(n + 1)) / np.where(safe, tail, 1.0)
    if safe.all():
        return direct
    ratios = np.where(safe[..., None], 0, np.maximum(n[..., None] - _TERMS + 1, 0) / a[..., None])
    return np.where(safe, direct, 1 / (1 + np.cumprod(ratios, -1).sum(-1)))


def erlang_c(*, arrivals_per_s: ArrayLike, handle_s: ArrayLike, agents: ArrayLike) -> Waiting:
    """Return waits where nobody ever gives up; without enough agents they have no end.

    Parameters
    ----------
    arrivals_per_s, handle_s, agents : array_like
        Contacts a second, mean seconds of work on one, and agents at work.

    Examples
    --------
    >>> waiting = erlang_c(arrivals_per_s=100 / 1800, handle_s=180, agents=12)
    >>> round(float(waiting.p_wait), 4), round(float(waiting.mean_wait_s), 1)
    (0.4494, 40.4)
    """
    rate, work, n = _broadcast(arrivals_per_s, handle_s, agents)
    occupancy = rate * work / n
    enough = occupancy < 1
    b = erlang_b(rate * work, n)
    p_wait = np.where(enough, b / np.where(enough, 1 - occupancy * (1 - b), 1), 1.0)
    mean = np.where(enough, p_wait * work / np.where(enough, n * (1 - occupancy), 1), np.inf)
    return Waiting(p_wait, np.zeros_like(p_wait), mean)


def erlang_a(*, arrivals_per_s: ArrayLike, handle_s: ArrayLike, agents: ArrayLike, patience_s: ArrayLike) -> Waiting:
    """Return waits where customers give up after an exponential time (M/M/n+M).

    Parameters
    ----------
    arrivals_per_s, handle_s, agents, patience_s : array_like
        Contacts a second, mean seconds of work on one, agents at work, and mean seconds of patience.

    Notes
    -----
    Palm 1957; Garnett, Mandelbaum & Reiman 2002, "Designing a call center with impatient customers". With
    c = n mu / theta and eta = lambda / theta, the states with a queue weigh S = sum_j eta^j / ((c+1)...(c+j)), an
    incomplete gamma function, against 1/B - 1 for those without; the balance of flows gives who gives up.

    Examples
    --------
    >>> waiting = erlang_a(arrivals_per_s=100 / 1800, handle_s=180, agents=10, patience_s=120)
    >>> round(float(waiting.p_abandon), 5), round(float(waiting.mean_wait_s), 2)
    (0.13746, 16.5)
    """
    rate, work, n, patience = _broadcast(arrivals_per_s, handle_s, agents, patience_s)
    free = 1 / np.maximum(erlang_b(rate * work, n), 1e-300) - 1
    queue = _log_queue_weight(n * patience / work, rate * patience)
    p_wait = 1 / (1 + free * np.exp(-queue))
    p_full = np.exp(-queue) * p_wait
    # lambda P(n or more) = n mu P(more than n) + the rate of giving up: what comes in full must go out.
    p_abandon = np.clip(p_wait - (p_wait - p_full) * n / (rate * work), 0.0, 1.0)
    return Waiting(p_wait, p_abandon, p_abandon * patience)


def service_level(
    *,
    arrivals_per_s: ArrayLike,
    handle_s: ArrayLike,
    agents: ArrayLike,
    patience_s: ArrayLike,
    within_s: ArrayLike,
) -> Reals:
    """Return the share of all contacts that a person takes within so many seconds, where customers give up.

    Parameters
    ----------
    arrivals_per_s, handle_s, agents, patience_s : array_like
        As for `erlang_a`.
    within_s : array_like
        The promised seconds.

    Examples
    --------
    >>> promise = dict(handle_s=180, patience_s=120, within_s=20)
    >>> round(float(service_level(arrivals_per_s=100 / 1800, agents=10, **promise)), 4)
    0.6399
    """
    rate, work, n, patience, within = _broadcast(arrivals_per_s, handle_s, agents, patience_s, within_s)
    c, eta = n * patience / work, rate * patience
    p_wait = erlang_a(arrivals_per_s=rate, handle_s=work, agents=n, patience_s=patience).p_wait
    mass = gammainc(c, eta)
    safe = mass > SMALL
    taken = (gammainc(c + 1, eta) - gammainc(c + 1, eta * np.exp(-within / patience))) / np.where(safe, mass, 1)
    idle = 1 - np.exp(-np.maximum(n / work - rate, 0) * within)
    return 1 - p_wait + p_wait * np.where(safe, c / eta * taken, idle)


def _log_queue_weight(c: Reals, eta: Reals) -> Reals:
    """Return log S: S = Gamma(c+1) eta^-c e^eta P(c, eta), by its series where P(c, eta) is next to nothing."""
    mass = gammainc(c, eta)
    safe = mass > SMALL
    direct = eta - c * np.log(eta) + gammaln(c + 1) + np.log(np.where(safe, mass, 1))
    if safe.all():
        return direct
    ratios = np.where(safe[..., None], 0, eta[..., None] / (c[..., None] + _TERMS))
    return np.where(safe, direct, np.log1p(np.cumprod(ratios, -1).sum(-1)))


def _broadcast(*values: ArrayLike) -> tuple[Reals, ...]:
    """Return the values as arrays of one shape; no arrivals at all count as next to none."""
    arrays = np.broadcast_arrays(*(np.asarray(value, float) for value in values))
    first = np.maximum(arrays[0], 1e-12)
    return (first, *arrays[1:])
