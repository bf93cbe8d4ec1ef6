import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from klankbord.twin.identities import _mix, pseudonyms, serials


def test_mix_is_splitmix64():
    # The first outputs for seed 1234567 (Rosetta Code, "Pseudo-random numbers/Splitmix64").
    gamma = 0x9E3779B97F4A7C15
    states = np.array([(1234567 + step * gamma) % 2**64 for step in range(3)], np.uint64)
    assert _mix(states).tolist() == [6457827717110365317, 3203168211198807973, 9817491932198370423]


def test_pseudonyms_of_a_million_customers_are_all_different():
    texts = pseudonyms(np.arange(1_000_000), key=99)
    assert len(texts.unique()) == 1_000_000
    assert set(map(len, texts[:100].to_pylist())) == {20}


def test_pseudonyms_depend_on_the_key():
    numbers = np.arange(1000)
    assert not set(pseudonyms(numbers, key=1).to_pylist()) & set(pseudonyms(numbers, key=2).to_pylist())


@given(st.lists(st.integers(0, 2**40 - 1), min_size=1), st.integers(1, 9))
def test_serials_can_be_read_back(numbers, leg):
    texts = serials("c", np.array(numbers), np.full(len(numbers), leg, np.int8)).to_pylist()
    assert [int(text[1:11], 16) for text in texts] == numbers
    assert all(text[11:] == f"-{leg}" for text in texts)
