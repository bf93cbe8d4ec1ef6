"""Any table: columns are guessed by heading and value, users say better, and a wrong guess is not made."""

import json

import pytest

from klankbord.errors import ColumnError, DataError, FileError
from klankbord.lake import read


@pytest.fixture
def table(tmp_path):
    def write(text, **options):
        path = tmp_path / "answers.csv"
        path.write_text(text, encoding="utf-8")
        return read(path, **options)

    return write


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (
            "response_id,answered_at,nps,comment,agent,channel,language",
            'r{},2026-11-2{} 10:00,{},"very well helped",a,b,c',
        ),
        (
            "Antwoordnummer;Datum;Cijfer;Toelichting;Medewerker;Kanaal;Taal",
            "r{};2{}-11-2026 10:00;{};goed geholpen;a;b;c",
        ),
        (
            "Antwort-ID;Datum;NPS-Wert;Kommentar;Mitarbeiter;Kanal;Sprache",
            "r{};2{}.11.2026 10:00;{};gut geholfen;a;b;c",
        ),
        ("Réponse ID;Horodateur;Note;Commentaire;Conseiller;Canal;Langue", "r{};2{}/11/2026 10:00;{};très bien;a;b;c"),
    ],
)
def test_columns_are_guessed_in_four_languages(table, header, row):
    separator = ";" if ";" in header else ","
    names = header.split(separator)
    responses = table("\n".join([header, *(row.format(n, n, score) for n, score in enumerate([9, 3, 10]))]) + "\n")
    fields = responses.layout.fields
    found = [fields.external_id, fields.answered_at, fields.score, fields.comment]
    assert [*found, fields.agent, fields.channel, fields.language] == names
    assert (responses.guessed, responses.declared, responses.kept) == (True, False, 3)


def test_a_question_as_heading_is_understood(table):
    responses = table("Klantnummer;Hoe waarschijnlijk is het dat u ons aanbeveelt?;Waarom?\n1;9;snel\n2;3;traag\n")
    fields = responses.layout.fields
    assert (fields.score, fields.comment, fields.respondent) == (
        "Hoe waarschijnlijk is het dat u ons aanbeveelt?",
        "Waarom?",
        "Klantnummer",
    )


def test_a_heading_says_the_measure(table):
    responses = table("csat,team\n5,a\n4,b\n1,a\n")
    assert (responses.measure.name, responses.declared) == ("csat", False)


def test_the_only_column_that_looks_like_answers_is_the_score(table):
    rows = "".join(f"{n},{n % 11},{n * 37}\n" for n in range(30))
    assert table(f"code,v3,amount\n{rows}").layout.fields.score == "v3"


def test_two_columns_that_look_like_answers_are_not_guessed_between(table):
    rows = "".join(f"{n % 11},{(n * 3) % 11}\n" for n in range(30))
    with pytest.raises(DataError, match="no column could be found that holds the scores") as caught:
        table(f"v3,v4\n{rows}")
    assert caught.value.hint == "name it: score=...; columns: v3, v4"
    assert table(f"v3,v4\n{rows}", score="V4").layout.fields.score == "v4"


def test_counts_of_transfers_are_no_scores(table):
    rows = "".join(f"{n},{n % 3},{n % 4}\n" for n in range(50))
    with pytest.raises(DataError, match="no column could be found"):
        table(f"call,transfers,holds\n{rows}")


def test_a_first_row_of_answers_is_not_taken_for_names(table):
    with pytest.raises(DataError, match="no column could be found") as caught:
        table("9,a\n" + "".join(f"{n % 11},a\n" for n in range(40)))
    assert caught.value.hint == "name it: score=...; columns: 9, a"


def test_a_customers_number_is_no_external_id(table):
    responses = table("id,score\n1,9\n2,8\n1,3\n")
    assert responses.layout.fields.external_id is None
    assert responses.kept == 3


def test_long_text_under_any_heading_is_the_comment(table):
    text = "the agent listened and called me back {}"
    rows = "".join(f"{n % 11},{text.format(n)},ref-{n}\n" for n in range(9))
    assert table(f"score,open,ref\n{rows}").layout.fields.comment == "open"


def test_the_users_columns_go_before_the_guess(table):
    text = "score,nps,date,when,note,why\n1,9,2026-01-01,2026-02-02,x,good\n2,8,2026-01-02,2026-02-03,y,bad\n"
    responses = table(text, score="SCORE", date="when", comment="why", external_id="note")
    fields = responses.layout.fields
    assert (fields.score, fields.answered_at, fields.comment, fields.external_id) == ("score", "when", "why", "note")
    assert "nps" in responses.columns
    assert "score" not in responses.columns


def test_an_unknown_column_names_the_nearest(table):
    with pytest.raises(ColumnError) as caught:
        table("score,team\n9,a\n", score="scor")
    assert caught.value.hint == "did you mean 'score'? columns: score, team"


def test_headings_that_differ_in_case_or_return_are_told_apart(table):
    responses = table("score,Team,team,team,\n9,a,b,c,d\n8,a,b,c,d\n")
    assert responses.columns == ("Team", "team (2)", "team (3)", "column 5")
    assert next(responses.records())["raw"] == {
        "score": "9",
        "Team": "a",
        "team (2)": "b",
        "team (3)": "c",
        "column 5": "d",
    }


def test_headings_may_hold_anything(table):
    heading = 'it\'s "100%"; drop {0}'
    responses = table('score,"{}"\n9,a\n8,b\n'.format(heading.replace('"', '""')))
    assert responses.columns == (heading,)
    assert responses.tally((heading,)).keys == (("a",), ("b",))


def test_nested_json_is_flattened_with_dotted_names(tmp_path):
    path = tmp_path / "answers.json"
    records = [{"id": n, "rating": {"score": n}, "tags": ["a", "b"], "agent": {"name": "x"}} for n in (9, 3)]
    path.write_text(json.dumps({"total": 2, "results": records}))
    responses = read(path, score="rating.score")
    assert [row["score"] for row in responses.records()] == [9, 3]
    assert next(responses.records())["raw"] == {"id": "9", "rating.score": "9", "tags": "a, b", "agent.name": "x"}


@pytest.mark.parametrize("text", ["score,team\n", "[]"])
def test_a_file_without_answers_is_refused(tmp_path, text):
    path = tmp_path / "answers.txt"
    path.write_text(text)
    with pytest.raises(FileError, match="there are no answers in it"):
        read(path)
