"""People as survey tools keep them: who was asked, who must not be, and rows that name nobody."""

import json
from datetime import UTC, datetime

import pytest

from klankbord.errors import FileError, OptionError
from klankbord.lake.readers.people import Person, holds_people, read_people


def written(folder, name, content):
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def test_delighted_tells_who_was_asked_and_who_must_not_be(shared):
    file = shared / "samples" / "delighted_people_bounces_unsubscribes.json"
    people = read_people(file)
    assert (people.source, people.title, people.read) == ("delighted", "Delighted", 3)
    assert people.rows == (
        Person(
            id="980285131", email="j.jansen@voorbeeld.example", asked_at=datetime(2026, 11, 22, 9, 16, 40, tzinfo=UTC)
        ),
        Person(
            id="980285140", email="weg@voorbeeld.example", stop="bounced",
            stopped_at=datetime(2026, 11, 22, 9, 16, 41, tzinfo=UTC),
        ),
        Person(
            id="980285150", email="stop@voorbeeld.example", stop="opted_out",
            stopped_at=datetime(2026, 11, 22, 9, 25, tzinfo=UTC),
        ),
    )  # fmt: skip
    assert holds_people(file)


def test_delighted_lists_one_resource_at_a_time(tmp_path):
    pages = [{"id": "7", "person_id": "12", "email": "a@b.example", "unsubscribed_at": 1795339500}]
    (person,) = read_people(written(tmp_path, "unsubscribes.json", pages)).rows
    assert (person.id, person.stop) == ("12", "opted_out")


def test_answers_are_no_people_though_they_may_tell_of_some(shared):
    answers = shared / "samples" / "asknicely_responses.json"
    assert not holds_people(answers)
    (person,) = read_people(answers).rows
    assert (person.email, person.stop) == ("j.jansen@voorbeeld.example", None)
    assert person.asked_at == datetime(2026, 11, 22, 9, 16, 40, tzinfo=UTC)


def test_whoever_a_tool_must_not_contact_is_found_beside_their_answer(shared, tmp_path):
    document = json.loads((shared / "samples" / "asknicely_responses.json").read_text())
    document["data"][0]["dontcontact"] = "1"
    (person,) = read_people(written(tmp_path, "answers.json", document)).rows
    assert person.stop == "opted_out"


@pytest.mark.parametrize("name", ["delighted_survey_response.json", "five9_call_log.csv", "qualtrics_export.csv"])
def test_files_that_tell_nothing_of_people_give_nobody(shared, name):
    assert not holds_people(shared / "samples" / name)
    assert read_people(shared / "samples" / name).rows == ()


@pytest.mark.parametrize(
    ("heading", "cell", "stop"),
    [
        ("Unsubscribed At", "2026-11-01 10:00", "opted_out"),
        ("Afgemeld", "ja", "opted_out"),
        ("Do not contact", "FALSE", None),
        ("hs_email_optout", "true", "opted_out"),
        ("Bounced", "0", None),
        ("Hard bounce", "x", "bounced"),
        ("Spam complaint", "1", "complained"),
        ("Status", "unsubscribed", "opted_out"),
        ("Status", "Cleaned", "bounced"),
        ("Abgemeldet", "nein", None),
    ],
)
def test_a_list_says_in_its_own_words_who_must_not_be_asked(tmp_path, heading, cell, stop):
    file = written(tmp_path, "list.csv", f"E-mail,{heading}\na@b.example,{cell}\n")
    assert holds_people(file)
    assert [person.stop for person in read_people(file).rows] == [stop]


def test_a_status_of_something_else_says_nothing(tmp_path):
    file = written(tmp_path, "list.csv", "email,status\na@b.example,unsubscribed\nc@d.example,gold member\n")
    assert not holds_people(file)
    assert read_people(file).rows == ()


def test_what_people_said_goes_before_what_happened_to_their_mail(tmp_path):
    file = written(tmp_path, "list.csv", "email,bounced,unsubscribed\na@b.example,yes,yes\n")
    assert read_people(file).rows[0].stop == "opted_out"


def test_a_column_of_scores_makes_a_list_a_survey(tmp_path):
    file = written(tmp_path, "list.csv", "email,score,unsubscribed\na@b.example,9,yes\n")
    assert not holds_people(file)
    assert read_people(file).counts["opted_out"] == 1


def test_moments_are_read_in_the_zone_of_the_file(tmp_path):
    file = written(tmp_path, "list.csv", "email,unsubscribed at\na@b.example,2026-11-01 10:00\n")
    (person,) = read_people(file, zone="Europe/Amsterdam").rows
    assert person.stopped_at == datetime(2026, 11, 1, 9, tzinfo=UTC)
    (person,) = (people := read_people(file)).rows
    assert person.stopped_at == datetime(2026, 11, 1, 10, tzinfo=UTC)
    assert [notice.code for notice in people.notices] == ["zone_unknown"]


def test_rows_that_name_nobody_are_listed(tmp_path):
    file = written(tmp_path, "list.csv", "email,unsubscribed\na@b.example,yes\n,yes\nno address,yes\n")
    people = read_people(file)
    assert len(people.rows) == 1
    (drop,) = people.drops
    assert (drop.reason, drop.count, drop.rows) == ("nobody_named", 2, (3, 4))


def test_wrong_input_is_told(tmp_path):
    with pytest.raises(OptionError):
        read_people()
    with pytest.raises(OptionError, match="zone"):
        read_people(written(tmp_path, "list.csv", "email,bounced\na@b.example,1\n"), zone="Europe/Amsterdm")
    with pytest.raises(FileError):
        holds_people(tmp_path / "missing.csv")
