"""Numbers become the identifiers that the lake shows: hexadecimal digits, whole columns at a time."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

_PAIRS = np.frombuffer("".join(f"{byte:02x}" for byte in range(256)).encode(), "S2")


def pseudonyms(numbers: NDArray[np.int64], key: int) -> pa.Array:
    """Return 20 hexadecimal digits for each number: two rounds of splitmix64, keyed, and no way back without the key.

    Examples
    --------
    >>> pseudonyms(np.array([1, 2, 1]), key=7).to_pylist()
    ['9e5651b0ef953636bdf7', 'aeaf52febe70606495e0', '9e5651b0ef953636bdf7']
    """
    first = _mix(numbers.astype(np.uint64) + np.uint64(key & (2**64 - 1)))
    second = _mix(first ^ _mix(np.array([key & (2**64 - 1)], np.uint64)))
    return _text(np.concatenate([_digits(first, 8), _digits(second, 2)], axis=1))


def serials(letter: str, numbers: NDArray[np.int64], legs: NDArray[np.int8] | None = None) -> pa.Array:
    """Return a letter and ten hexadecimal digits for each number, and the leg after a dash.

    Examples
    --------
    >>> serials("c", np.array([1, 255]), np.array([1, 2], np.int8)).to_pylist()
    ['c0000000001-1', 'c00000000ff-2']
    """
    parts = [np.full((len(numbers), 1), ord(letter), np.uint8), _digits(numbers.astype(np.uint64), 5)]
    if legs is not None:
        parts += [np.full((len(numbers), 1), ord("-"), np.uint8), (legs.astype(np.uint8) + ord("0"))[:, None]]
    return _text(np.concatenate(parts, axis=1))


def _mix(state: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """One step of splitmix64 (Steele, Lea & Flood 2014); the products wrap around on purpose."""
    state = state + np.uint64(0x9E3779B97F4A7C15)
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return state ^ (state >> np.uint64(31))


def _digits(numbers: NDArray[np.uint64], width: int) -> NDArray[np.uint8]:
    """Return the hexadecimal digits of the last `width` bytes, a row for each number."""
    octets = numbers.astype(">u8").view(np.uint8).reshape(-1, 8)[:, 8 - width :]
    return _PAIRS[octets].view(np.uint8).reshape(len(numbers), 2 * width)


def _text(signs: NDArray[np.uint8]) -> pa.Array:
    count, width = signs.shape
    ends = np.arange(count + 1, dtype=np.int32) * width
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(np.ascontiguousarray(signs))]
    return pa.Array.from_buffers(pa.string(), count, buffers)
