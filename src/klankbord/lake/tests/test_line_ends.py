"""A file is scanned in parallel only where no line ends inside quotes: found in one pass over its bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klankbord.lake.readers import encoding
from klankbord.lake.readers.encoding import examine


def plain_by_definition(text):
    inside = False
    for character in text:
        inside ^= character == '"'
        if character == "\n" and inside:
            return False
    return True


@given(text=st.text(st.sampled_from(['"', "\n", ",", "a", "é"]), min_size=1, max_size=40))
def test_line_ends_inside_quotes_are_found_wherever_they_are(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("text") / "table.csv"
    path.write_text(f"a,b\n{text}", encoding="utf-8")
    assert examine(path).plain == plain_by_definition(text)


@pytest.mark.parametrize(("cell", "plain"), [('"two\nlines"', False), ('"one ""line"""', True), ("no quote", True)])
@pytest.mark.parametrize("before", range(-12, 3))
def test_line_ends_inside_quotes_are_found_across_blocks(tmp_path, before, cell, plain):
    line = f"x,{cell}\n"
    filler = "y" * 999 + "\n"
    start = encoding._BLOCK + before
    text = filler * (start // 1000) + "z" * (start % 1000) + line + filler
    (tmp_path / "table.csv").write_text(text)
    assert examine(tmp_path / "table.csv").plain == plain
