"""Rows without an id that are equal in every cell: a doubt where that is hardly chance, and none where it is usual."""

import pytest

from klankbord.lake import read, read_contacts

ANSWERS = [f"{at % 11},2026-01-{at % 28 + 1:02} 09:{at % 60:02}:{at % 59:02}" for at in range(60)]


def doubts(found):
    return {notice.code: notice for notice in found.notices}


@pytest.fixture
def written(tmp_path):
    def write(heading, rows):
        path = tmp_path / "rows.csv"
        path.write_text("\n".join([heading, *rows]), encoding="utf-8")
        return path

    return write


def test_equal_answers_are_told_with_their_number_and_rows(written):
    found = read(written("score,date", [*ANSWERS, *ANSWERS[:5]]))
    assert found.kept == 65  # they may be two people
    notice = doubts(found)["equal_rows"]
    assert notice.data == {"count": 5, "rows": "62, 63, 64"}
    assert notice.message.startswith("5 rows are equal to others in every cell (such as rows 62, 63, 64): if they")
    once = doubts(read(written("score,date", [*ANSWERS, ANSWERS[7]])))["equal_rows"]
    assert once.message.startswith("1 row is equal to another in every cell (row 62)")


def test_a_file_that_was_pasted_twice_is_seen_though_its_ids_repeat(written):
    rows = [f"{at},{at % 11},2026-01-{at % 28 + 1:02}" for at in range(60)]
    assert doubts(read(written("id,score,date", rows * 2)))["equal_rows"].data["count"] == 60


def test_equal_answers_are_usual_where_little_is_told(written):
    assert "equal_rows" not in doubts(read(written("score,date", [row[:-9] for row in ANSWERS] * 4)))
    assert "equal_rows" not in doubts(read(written("score,team", ["9,a", "9,a", "3,b"] * 9)))
    assert "equal_rows" not in doubts(read(written("score", [str(at % 11) for at in range(90)])))
    assert "equal_rows" not in doubts(read(written("score,date", ANSWERS)))


def test_answers_with_an_id_are_told_apart_by_it(written):
    rows = [f"r{at},{row}" for at, row in enumerate(ANSWERS)]
    assert "equal_rows" not in doubts(read(written("response id,score,date", rows)))


def test_equal_contacts_are_told(written):
    rows = [f"2026-01-{at % 28 + 1:02} 09:{at % 60:02}:{at % 59:02},Bills,{at}" for at in range(60)]
    found = read_contacts(written("start,queue,talk time", [*rows, rows[3]]), zone="UTC")
    assert found.kept == 61
    assert doubts(found)["equal_rows"].data == {"count": 1, "rows": "62"}
