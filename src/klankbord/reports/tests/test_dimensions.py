from datetime import date

import pytest

from klankbord.errors import ColumnError
from klankbord.lake import read
from klankbord.reports.columns import names_people
from klankbord.reports.dimensions import find_dimensions, named_dimensions


@pytest.fixture
def found(export):
    dimensions, left_out = find_dimensions(read(export), 0.95)
    return {one.name: one for one in dimensions}, {one.column: one for one in left_out}


def test_most_telling_column_comes_first(found):
    dimensions, _ = found
    assert next(iter(dimensions)) == "Team"
    assert dimensions["Team"].telling
    verdicts = dict(
        zip((key[0] for key in dimensions["Team"].table.keys), dimensions["Team"].verdicts.rows, strict=True)
    )
    assert verdicts["Zuid"].verdict == "real"
    assert verdicts["Zuid"].value > 0


def test_every_column_left_out_has_its_reason(found):
    dimensions, left_out = found
    assert {name: one.reason for name, one in left_out.items()} == {
        "Agent": "agent",
        "Klantnaam": "personal",
        "Groep": "derived",
        "Land": "single",
        "Leeg": "empty",
        "Ordernummer": "identifier",
        "Teamcode": "same",
    }
    assert left_out["Teamcode"].other == "Team"
    assert not set(dimensions) & set(left_out)


def test_nobody_is_ranked_by_name_unless_asked(export, found):
    assert not any(dimension.people for dimension in found[0].values())
    (asked,) = named_dimensions(read(export), ["agent"], 0.95)
    assert asked.people
    assert len(asked.table) == 7


def test_named_column_that_is_not_there(export):
    with pytest.raises(ColumnError):
        named_dimensions(read(export), ["team name"], 0.95)


def test_columns_are_known_by_what_they_hold(write):
    rows = 120
    path = write(
        score=[9, 3, 10, 8] * 30,
        Account=[f"k{row % 30}@voorbeeld.nl" for row in range(rows)],
        IPAddress=[f"203.0.113.{row % 9}" for row in range(rows)],
        Gebeld=[date(2026, 5, 1 + row % 20).isoformat() for row in range(rows)],
        Duur=[str(30 + row * 7 % 100) for row in range(rows)],
        Verhaal=[f"{'lang verhaal ' * 5}{row % 9}" for row in range(rows)],
    )
    dimensions, left_out = find_dimensions(read(path, date=None), 0.95)
    assert not dimensions
    reasons = {one.column: one.reason for one in left_out}
    assert reasons["Account"] == reasons["IPAddress"] == "personal"
    assert reasons.get("Gebeld", "date") == "date"
    assert reasons["Duur"] in {"many", "identifier"}
    assert reasons.get("Verhaal", "free_text") == "free_text"


def test_only_the_largest_groups_are_shown_and_the_rest_is_counted(write):
    queues = [f"queue {at}" for at in range(25) for _ in range(5 + at)]
    path = write(score=[(9, 3, 10, 8, 0)[row % 5] for row in range(len(queues))], Queue=queues)
    ((queue,), _) = find_dimensions(read(path), 0.95)
    assert len(queue.table) == len(queue.verdicts) == 20
    assert (queue.more, queue.more_answers) == (5, 5 + 6 + 7 + 8 + 9)
    values = [score.value for score in queue.table.rows]
    assert values == sorted(values, reverse=True)


@pytest.mark.parametrize(
    "column", ["Agent", "agent_name", "AgentId", "Medewerker", "Handled by", "Conseiller", "assignee"]
)
def test_column_that_names_employees(column):
    assert names_people(column)


@pytest.mark.parametrize("column", ["Agent team", "agent tenure", "Medewerkersgroep", "Team", "Reagent"])
def test_column_that_names_no_employees(column):
    assert not names_people(column)
