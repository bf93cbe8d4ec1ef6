"""The pieces that pages are made of, each by itself."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.http import QueryDict
from django.utils import translation

from klankbord.errors import OptionError
from klankbord.lake.questions import Period, Question, definition_named
from klankbord.lake.questions.period import Span
from klankbord.web.insights.asked import Asked
from klankbord.web.insights.phrases import days
from klankbord.web.insights.references import UnknownReferenceError, seal, unseal
from klankbord.web.insights.remembering import Memory
from klankbord.web.insights.values import differing, lasting, written
from klankbord.web.insights.wanted import Wanted
from klankbord.web.kernel.templatetags.redaction import redacted


def test_memory_keeps_what_was_used_last_within_its_bounds():
    memory: Memory[str] = Memory(10, len)
    for word in ("aaaa", "bbbb"):
        memory.get(word, lambda word=word: word)
    memory.get("aaaa", pytest.fail)
    memory.get("cccc", lambda: "cccc")
    assert len(memory) == 2
    memory.get("aaaa", pytest.fail)
    assert memory.get("bbbb", lambda: "again") == "again"


def test_memory_does_not_keep_what_is_too_heavy():
    memory: Memory[str] = Memory(3, len)
    assert memory.get("x", lambda: "heavy") == "heavy"
    assert len(memory) == 0


def test_memory_is_whole_after_many_threads():
    memory: Memory[int] = Memory(50)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: memory.get(n % 80, lambda: n % 80), range(8_000)))
    assert found == [n % 80 for n in range(8_000)]
    assert len(memory) == memory._weight == 50


def test_memory_keeps_nothing_of_what_failed():
    memory: Memory[int] = Memory(5)
    with pytest.raises(ZeroDivisionError):
        memory.get("x", lambda: 1 // 0)
    assert memory.get("x", lambda: 1) == 1


def test_reference_is_stable_opaque_and_bound(organisation, elsewhere):
    reference = seal(organisation, "contact", "exchange", "+32 470 00 00 01")
    assert reference == seal(organisation, "contact", "exchange", "+32 470 00 00 01")
    assert "470" not in reference
    assert unseal(organisation, "contact", reference) == ["exchange", "+32 470 00 00 01"]
    for other, kind in ((elsewhere, "contact"), (organisation, "place")):
        with pytest.raises(UnknownReferenceError):
            unseal(other, kind, reference)
    with pytest.raises(UnknownReferenceError):
        unseal(organisation, "contact", f"A{reference[1:]}" if reference[0] != "A" else f"B{reference[1:]}")


def test_address_is_read_and_written_back():
    query = "metric=csat&period=year&by=team&client=Telvoor&channel=phone"
    wanted = Wanted.read(QueryDict(query))
    assert wanted.query() == f"?{query}"
    assert wanted.query(by=None, client="A & B") == "?metric=csat&period=year&client=A%20%26%20B&channel=phone"
    assert wanted.period == Period.parse("last year")
    assert [str(one) for one in wanted.where] == ["client=Telvoor", "channel=phone"]


def test_days_of_ones_own_win_and_may_be_turned_round():
    wanted = Wanted.read(QueryDict("period=year&from=2026-03-01&until=2026-02-01"))
    assert wanted.period == Period.parse("2026-02-01..2026-03-01")
    assert wanted.query(period="quarter", **{"from": None, "until": None}) == "?period=quarter"


@pytest.mark.parametrize(
    "query", ["period=x", "from=yesterday", "from=9999-99-99", "by=agent", "metric=enps", "agent=kim"]
)
def test_what_is_said_wrongly_is_as_usual(query):
    assert Wanted.read(QueryDict(query)) == Wanted()


def test_open_beginning_is_compared_with_nothing():
    assert Wanted.read(QueryDict("until=2026-02-01")).compare is None
    assert Wanted.read(QueryDict("period=all")).compare is None
    assert Wanted.read(QueryDict("from=2026-02-01")).compare == "previous"


@pytest.mark.parametrize("text", ['nps where team="a ""b"" $HOME `x` \\\\"', "service_level(30) by channel per week"])
def test_command_line_is_the_question_again(text):
    import shlex

    asked = Asked(question=Question.parse(text), order="name")
    assert Question.parse(shlex.split(asked.command)[2]) == asked.question


def test_unknown_part_of_an_address_is_refused():
    with pytest.raises(OptionError, match="bij"):
        Asked.read(QueryDict("measure=nps&bij=team"))


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", ["+52", "97%", "8.3%", "7:57", "34 s", "+4.2 pp", "−12 s", "2 h 05"]),
     ("nl", ["+52", "97%", "8,3%", "7:57", "34 s", "+4 pp", "−12 s", "2 u 05"])],
)  # fmt: skip
def test_values_are_written_as_the_language_does(language, expected):
    nps, share, time = (definition_named(name) for name in ("nps", "service_level", "handle_time"))
    with translation.override(language):
        told = [written(nps, 52.1), written(share, 97.0), written(share, 8.3), written(time, 477), lasting(34)]
        told += [differing(share, 4.2), differing(time, -12.0), lasting(7_500)]
    assert [one.replace("\xa0", " ") for one in told] == [*expected[:5], "+4 pp", *expected[6:]]


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (date(2026, 3, 1), date(2026, 3, 31), "March 2026"),
        (date(2026, 1, 1), date(2026, 3, 31), "January to March 2026"),
        (date(2025, 11, 1), date(2026, 1, 31), "November 2025 to January 2026"),
        (date(2026, 3, 4), date(2026, 3, 4), "4 March 2026"),
        (date(2026, 3, 4), date(2026, 4, 2), "4 March to 2 April 2026"),
    ],
)
def test_days_are_written_briefly(first, last, expected):
    with translation.override("en"):
        assert days(Span(first=first, last=last)) == expected


def test_redactions_are_marked_and_words_escaped():
    with translation.override("nl"):
        told = redacted("Bel <b>mij</b> op [phone number] of [e-mail]")
    assert "&lt;b&gt;mij" in told
    assert told.count('<span class="redacted">') == 2
    assert "[telefoonnummer]" in told
