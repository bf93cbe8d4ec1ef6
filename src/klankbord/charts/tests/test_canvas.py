from hypothesis import given
from hypothesis import strategies as st

from klankbord.charts.canvas import ScoreScale

values = st.lists(st.floats(-100, 100), min_size=1, max_size=30)


@given(values=values)
def test_scale_holds_every_value_between_its_ends(values):
    scale = ScoreScale.around(values, lowest=-100, start=10, end=300)
    assert all(10 - 1e-9 <= scale.place(value) <= 300 + 1e-9 for value in values)


@given(values=values, steps=st.integers(4, 8))
def test_scale_has_few_round_steps(values, steps):
    scale = ScoreScale.around(values, lowest=-100, start=0, end=1, steps=steps)
    assert (scale.high - scale.low) / scale.step <= steps
    assert scale.low % scale.step == 0


def test_scale_of_nothing_is_the_whole_measure():
    scale = ScoreScale.around([], lowest=0, start=0, end=1)
    assert (scale.low, scale.high) == (0, 100)
