"""Which rows of a lake or a file count for whom, and who may not be told apart at all."""

import random

import pyarrow as pa
import pytest

from klankbord.errors import ColumnError, OptionError
from klankbord.lake import Lake, Settings, read, read_contacts, standings_of


def leg(conversation, number, agent, team, score=None, **rest):
    row = {
        "external_id": f"{conversation}-{number}", "conversation": conversation, "leg": number, "agent": agent,
        "team": team, "queue": "bills", "channel": "phone", "scored": score is not None, "score": score, "talk_s": 60,
        "metric": "nps" if score is not None else None, "transfers": 0, "month": "2026-03",
    }  # fmt: skip
    return row | rest


@pytest.fixture
def legs():
    rng = random.Random(5)
    rows = []
    for at in range(200):
        rows.append(leg(f"c{at}", 1, "front", "Ghent", transfers=1, talk_s=180))
        rows.append(leg(f"c{at}", 2, "back", "Köln", rng.choice([9, 10, 8, 3]), channel=rng.choice(["phone", "chat"])))
        rows.append(leg(f"d{at}", 1, rng.choice(["solo", "back"]), "Köln", rng.choice([9, 3, 3, 8])))
    rows.append(leg("other", 1, "front", "Ghent", 4, metric="csat"))
    rows.append(leg("silent", 1, "nobody-asked", "Ghent", transfers=1))
    return rows


def lake_of(folder, rows, attribution="pseudonym"):
    reason = "agreed" if attribution in {"pseudonym", "named"} else ""
    lake = Lake.create(folder / "lake", Settings(attribution=attribution, reason=reason))
    with lake.writing() as batch:
        batch.append("contacts", pa.Table.from_pylist(rows))
    return lake


def test_earlier_legs_of_a_contact_share_its_score(tmp_path, legs):
    lake = lake_of(tmp_path, legs)
    found = standings_of(lake)
    assert found["front"].n == 200
    assert {key[0] for key in found.keys} == {"front", "back", "solo"}
    assert found.case_mix == ("channel", "leg")
    last = standings_of(lake, rule="last")
    assert {key[0] for key in last.keys} == {"back", "solo"}
    scores = [row["score"] for row in legs if row["conversation"].startswith("c") and row["score"] is not None]
    assert found["front"].raw == pytest.approx(sum(100 * (score >= 9) - 100 * (score < 7) for score in scores) / 200)


def test_conditions_choose_the_answers_and_not_who_shares_them(tmp_path, legs):
    found = standings_of(lake_of(tmp_path, legs), where="team=Köln", period="2026-03", case_mix=[])
    assert found["front"].n == 200
    assert found.question["where"] == ["team is Köln", "scored is true", "metric is nps"]
    assert found.case_mix == ()


@pytest.mark.parametrize(("attribution", "by"), [("team", "agent"), ("off", "agent"), ("off", "team")])
def test_nobody_is_compared_beyond_the_level_of_the_lake(tmp_path, legs, attribution, by):
    with pytest.raises(OptionError, match=attribution):
        standings_of(lake_of(tmp_path, legs, attribution), by=by)


def test_teams_are_compared_where_agents_are_not_told_apart(tmp_path, legs):
    found = standings_of(lake_of(tmp_path, legs, "team"), by="team")
    assert {key[0]: row.n for key, row in found} == {"Ghent": 200, "Köln": 400}
    assert "not_attributed" not in [notice.code for notice in found.notices]


def test_a_file_of_answers_has_its_agents_and_the_usual_circumstances(tmp_path):
    rng = random.Random(1)
    lines = [f"{rng.choice([9, 8, 3])},{rng.choice('ab')},{rng.choice(['phone', 'chat'])},x{at}" for at in range(80)]
    path = tmp_path / "answers.csv"
    path.write_text("score,Medewerker,Channel,note\n" + "\n".join(lines), encoding="utf-8")
    found = standings_of(read(path))
    assert [key[0] for key in found.keys] == ["a", "b"]
    assert found.case_mix == ("channel",)
    assert standings_of(read(path), case_mix=["Channel"]).rows == found.rows
    with pytest.raises(ColumnError, match="kanaal"):
        standings_of(read(path), case_mix=["kanaal"])
    with pytest.raises(OptionError):
        standings_of(read(path), period="2026")


def test_a_file_of_contacts_shares_scores_as_a_lake_does(tmp_path, legs):
    told = [row for row in legs if row["metric"] != "csat"]
    lines = [
        f"{row['external_id']},{row['conversation']},{row['leg']},{row['agent']},{row['talk_s']},"
        f"{'' if row['score'] is None else row['score']},2026-03-02 09:00:00"
        for row in told
    ]
    path = tmp_path / "contacts.csv"
    path.write_text("external_id,conversation,leg,agent,talk_s,score,started_at\n" + "\n".join(lines), encoding="utf-8")
    found = standings_of(read_contacts(path), rule="talk", case_mix=[])
    lake = standings_of(lake_of(tmp_path, legs), rule="talk", case_mix=[])
    assert [(key, row.n, row.raw) for key, row in found] == [(key, row.n, row.raw) for key, row in lake]


def test_a_queue_is_not_blamed_for_what_being_handed_on_does(tmp_path):
    """Two teams equally good, each with a queue; the second meets the queue of the first only where that handed on."""
    rng, rows = random.Random(7), []
    for at in range(6_000):
        team, queue, number = ("first", "bills", 1) if at % 2 else ("second", "repairs", 1)
        if at % 10 == 0:
            queue, number = ("bills", "repairs")[at % 4 == 0], 2
        score = rng.choice([9, 9, 8, 3] if number == 1 else [9, 3, 3, 3])
        rows.append(leg(f"c{at}", number, f"{team} {rng.randrange(6)}", team, score, queue=queue))
    found = standings_of(lake_of(tmp_path, rows), by="team")
    assert abs(found["first"].value - found["second"].value) < 10
    blamed = standings_of(lake_of(tmp_path / "other", rows), by="team", case_mix=["queue"])
    assert abs(blamed["first"].value - blamed["second"].value) > 25
