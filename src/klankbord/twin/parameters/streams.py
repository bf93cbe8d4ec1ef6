"""Randomness by name: a stream for each mechanism and day; switching one off does not reshuffle the others."""

from zlib import crc32

import numpy as np


def stream(seed: int, name: str, day: int = 0) -> np.random.Generator:
    """Return the random numbers of one mechanism on one day.

    Parameters
    ----------
    seed : int
        Seed of the whole simulation, zero or more.
    name : str
        The mechanism; the same name always gives the same stream.
    day : int
        Day (or month, or block) number, zero or more; each has a stream of its own.

    Examples
    --------
    >>> float(stream(1, "mood").random()) == float(stream(1, "mood").random())
    True
    >>> float(stream(1, "mood").random()) == float(stream(1, "mood", 1).random())
    False
    """
    seeds = np.random.SeedSequence([seed, crc32(name.encode()), day])
    return np.random.Generator(np.random.PCG64DXSM(seeds))
