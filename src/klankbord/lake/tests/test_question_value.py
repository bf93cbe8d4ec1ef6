"""The question as a value: its text, its URL query, and what it refuses."""

from contextlib import suppress
from dataclasses import FrozenInstanceError
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klankbord.errors import ColumnError, KlankbordError, OptionError
from klankbord.lake.questions import DEFINITIONS, Condition, Period, Question
from klankbord.lake.questions.conditions import filterable
from klankbord.lake.questions.period import Span, span_text, unit_of, units_in
from klankbord.lake.schema import Type

DAYS = st.dates(date(1970, 1, 1), date(2999, 12, 31))
VALUES = {
    Type.FLAG: st.booleans().map(str),
    Type.DATE: DAYS.map(str),
    Type.TEXT: st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
}
NUMBERS = st.one_of(st.integers(-(2**53), 2**53), st.floats(-1e6, 1e6)).map(str)


@st.composite
def periods(draw):
    if draw(st.booleans()):
        units = st.sampled_from(["day", "week", "month", "quarter", "year"])
        return Period(count=draw(st.integers(1, 999)), unit=draw(units))
    first, last = draw(st.none() | DAYS), draw(st.none() | DAYS)
    if first is None and last is None:
        first = date(2026, 1, 1)
    return Period(first=min(first, last), last=max(first, last)) if first and last else Period(first=first, last=last)


@st.composite
def conditions(draw, table):
    names = st.sampled_from([name for name in filterable(table) if name != "attributes"])
    inner = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8).map(
        lambda name: f"attributes.{name}"
    )
    name = draw(names | inner) if "attributes" in table.names else draw(names)
    column = None if name.startswith("attributes.") else table.column(name)
    kind = column.type if column else Type.TEXT
    if draw(st.booleans()):
        return Condition(column=name, operator=draw(st.sampled_from(["is empty", "is not empty"])))
    value = st.sampled_from(column.values) if column and column.values else VALUES.get(kind, NUMBERS)
    if kind not in (Type.TEXT, Type.FLAG) and draw(st.booleans()):
        return Condition(column=name, operator=draw(st.sampled_from(["<", "<=", ">", ">="])), values=(draw(value),))
    listed = tuple(draw(st.lists(value, min_size=1, max_size=3)))
    return Condition(column=name, operator=draw(st.sampled_from(["=", "!="])), values=listed)


@st.composite
def questions(draw):
    definition = draw(st.sampled_from([one for one in DEFINITIONS.values() if "day" in one.schema.names]))
    number = draw(st.none() | st.integers(1, 30)) if definition.parameter else None
    dimensions = st.sampled_from([name for name in definition.schema.dimensions if name != "attributes"])
    by = draw(st.lists(dimensions, max_size=3, unique=True))
    period = draw(st.none() | periods())
    grain = draw(st.none() | st.sampled_from(["hour", "weekday", "day", "week", "month", "quarter", "year"]))
    compares = st.sampled_from([None, "previous", "last year", "rest"]) | periods()
    parts = {
        "measure": definition.name if number is None else f"{definition.name}({number})",
        "by": tuple(name for name in by if name != grain),
        "where": tuple(draw(st.lists(conditions(definition.schema), max_size=3))),
        "period": period,
        "grain": grain,
    }
    try:
        return Question(**parts, compare=draw(compares))
    except OptionError:
        return Question(**parts)


@given(questions())
def test_text_of_a_question_is_that_question(question):
    assert Question.parse(str(question)) == question


@given(questions())
def test_query_of_a_question_is_that_question(question):
    query = question.to_query()
    assert query.isascii()
    assert not set(' "<>#') & set(query)
    assert Question.from_query(query) == question
    assert Question.from_query(query).to_query() == query


@given(periods())
def test_text_of_a_period_is_that_period(period):
    assert Period.parse(str(period)) == period


@given(DAYS, DAYS)
def test_period_before_is_as_long_and_ends_where_it_begins(one, other):
    span = Span(first=min(one, other), last=max(one, other))
    before = span.before
    assert (span.first - before.last).days == 1
    if span.whole_months:
        assert before.whole_months
        assert len(units_in(before, "month")) == len(units_in(span, "month"))
    else:
        assert before.last - before.first == span.last - span.first


@given(DAYS, st.sampled_from(["day", "week", "month", "quarter", "year"]))
def test_calendar_units_hold_their_day_and_have_a_name_of_their_own(day, unit):
    span = unit_of(day, unit)
    assert span.first <= day <= span.last
    assert units_in(span, unit) == (span.first,)
    if span.first.year >= 1970 and span.last.year <= 2999:
        assert Period.parse(span_text(span)) == Period(first=span.first, last=span.last)


def test_question_is_frozen_and_hashable_and_knows_its_equals():
    one = Question.parse("NPS by team where wait_s>60 and channel=phone|chat in 2026-01..2026-03")
    other = Question.of("nps", by=["Team"], where=["channel=chat|phone|phone", "wait_s>60.0"], period="2026-Q1")
    assert one == other
    assert hash(one) == hash(other)
    with pytest.raises(FrozenInstanceError):
        one.measure = "csat"


def test_clauses_may_stand_in_any_order():
    text = "nps compare with last year per week in the last 3 months where team is empty by queue, channel"
    assert str(Question.parse(text)) == (
        "nps by queue, channel where team is empty in last 3 months per week compare last year"
    )


def test_query_says_every_part_in_one_order():
    question = Question.parse('nps by team where team="Köln & co" in 2026-01.. per month')
    assert question.to_query() == (
        "measure=nps&by=team&where=team%3D%22K%C3%B6ln%20%26%20co%22&period=2026-01..&grain=month"
    )


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("team=", Condition(column="team", operator="is empty")),
        ("team is empty", Condition(column="team", operator="is empty")),
        ("team!=", Condition(column="team", operator="is not empty")),
        ("team IS NOT EMPTY", Condition(column="team", operator="is not empty")),
        ('team=""', Condition(column="team", values=("",))),
        ("channel = phone | chat", Condition(column="channel", values=("phone", "chat"))),
        (
            '"attributes.plan b"!="a ""b"" | c"',
            Condition(column="attributes.plan b", operator="!=", values=('a "b" | c',)),
        ),
    ],
)
def test_condition_is_read(text, condition):
    assert Condition.parse(text) == condition


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026", "2026-01-01", "2026-12-31"),
        ("2026-q4", "2026-10-01", "2026-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2026-W01", "2025-12-29", "2026-01-04"),
        ("2026-03-15", "2026-03-15", "2026-03-15"),
        ("2026-Q1..2026-04-05", "2026-01-01", "2026-04-05"),
        ("2026-05..", "2026-05-01", "2026-06-14"),
        ("..2025-12", "2025-02-03", "2025-12-31"),
        ("2027..", "2027-01-01", "2027-01-01"),
        ("last 3 months", "2026-04-01", "2026-06-30"),
        ("last quarter", "2026-04-01", "2026-06-30"),
        ("last 2 weeks", "2026-06-01", "2026-06-14"),
        ("last 30 days", "2026-05-16", "2026-06-14"),
    ],
)
def test_period_comes_to_days(text, first, last):
    lake = Span(first=date(2025, 2, 3), last=date(2026, 6, 14))
    assert Period.parse(text).within(lake) == Span(first=date.fromisoformat(first), last=date.fromisoformat(last))


def test_year_before_keeps_whole_months_whole():
    assert Span(first=date(2025, 2, 1), last=date(2025, 2, 28)).year_before == Span(
        first=date(2024, 2, 1), last=date(2024, 2, 29)
    )
    assert Span(first=date(2024, 2, 29), last=date(2024, 3, 2)).year_before == Span(
        first=date(2023, 2, 28), last=date(2023, 3, 2)
    )


@pytest.mark.parametrize(
    ("text", "error", "message", "hint"),
    [
        ("npss", OptionError, "no measure 'npss'", "did you mean nps?"),
        ("", OptionError, "no measure", "write: nps"),
        ("nps by tema", ColumnError, "no column 'tema'", "did you mean 'team'?"),
        ("nps by customer", ColumnError, "no column 'customer'", "columns: source"),
        ("nps by score", ColumnError, "no column 'score'", "columns:"),
        ("nps by attributes", ColumnError, "no column 'attributes'", "attributes.<name>"),
        ("nps by team, team", OptionError, "twice", "once"),
        ("nps by month per month", OptionError, "month is asked for twice", "once"),
        ("nps by", OptionError, "no dimension", "write: nps"),
        ("nps wehre channel=phone", OptionError, "'wehre' was not expected", "did you mean where?"),
        ("nps by team by queue", OptionError, "by twice", "write: nps"),
        ("nps where comment=x", ColumnError, "no column 'comment'", "columns:"),
        ("nps where channel=fone", OptionError, "no channel 'fone'", "did you mean 'phone'?"),
        ("nps where channel", OptionError, "is not a condition", "channel=phone"),
        ("nps where channel>phone", OptionError, "has no order", "channel=..."),
        ("nps where wait_s>long", OptionError, "'long' cannot be in wait_s", "a number"),
        ("nps where wait_s>nan", OptionError, "'nan' cannot be in wait_s", "a number"),
        ("nps where wait_s>", OptionError, "takes a value", "wait_s=..."),
        ("nps where wait_s>1|2", OptionError, "takes a value, not 2", "wait_s=..."),
        ("nps where resolved=maybe", OptionError, "cannot be in resolved", "true or false"),
        ("nps where day>2026", OptionError, "cannot be in day", "2026-03-15"),
        ('nps where team="open', OptionError, "cannot be read", "close the quotes"),
        ("nps in 2026-13", OptionError, "'2026-13' is not a period", "2026-Q1"),
        ("nps in 2026-W54", OptionError, "not a period", "2026-W12"),
        ("nps in 2026-02-30", OptionError, "not a period", "2026-03-15"),
        ("nps in 2026-06..2026-01", OptionError, "ends before it begins", "2026-01-31..2026-06-01"),
        ("nps in ..", OptionError, "a period has days", "last 3 months"),
        ("nps in", OptionError, "ends too early", "write: nps"),
        ("nps per fortnight", OptionError, "per 'fortnight'", "month"),
        ("nps per mouth", OptionError, "per 'mouth'", "did you mean month?"),
        ("nps compare previous", OptionError, "needs a period", "in 2026-03"),
        ("nps in ..2026-03 compare previous", OptionError, "begins and ends", "in 2026-03"),
        ("nps compare rest", OptionError, "needs groups", "by"),
        ("nps in 2026 per month compare rest", OptionError, "per month has no rest", "previous"),
        ("nps in 2026 compare privious", OptionError, "'privious'", "did you mean previous?"),
        ("nps compare 2025", OptionError, "two periods", "compare 2025-03"),
        ("nps(5)", OptionError, "takes no number", "nps alone"),
        ("first_contact_resolution(400)", OptionError, "days", "from 1 to 30"),
        ("service_level(soon)", OptionError, "not a measure", "service_level(30)"),
        ("enps per week", OptionError, "by month only", "per month"),
        ("enps in 2026-03-15", OptionError, "by month only", "whole months"),
        ("enps in last 10 days", OptionError, "by month only", "whole months"),
    ],
)
def test_question_that_cannot_be_asked_says_why_and_what_can(text, error, message, hint):
    with pytest.raises(error) as refused:
        Question.parse(text)
    assert message in refused.value.message
    assert hint in refused.value.hint


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("by=team", "no measure"),
        ("measure=nps&perid=2026", "no part 'perid'"),
        ("measure=nps&measure=csat", "measure is said 2 times"),
        ("measure=nps&where=channel", "is not a condition"),
        ("measure=nps&where=channel%3Dphone+and+team%3Da", "more than one condition"),
    ],
)
def test_query_that_cannot_be_asked_is_refused(query, message):
    with pytest.raises(OptionError, match=message):
        Question.from_query(query)


@given(st.text(max_size=40))
def test_any_text_is_a_question_or_is_refused_on_purpose(text):
    for read in (Question.parse, Question.from_query):
        with suppress(KlankbordError):
            assert isinstance(read(text), Question)
