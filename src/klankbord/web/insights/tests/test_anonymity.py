"""Numbers for those to whom answers are anonymous: five or more, whole weeks, and nobody found by taking away."""

from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klankbord.fairness import minimum
from klankbord.lake import bring_rows
from klankbord.lake.questions import Condition, Question
from klankbord.web.insights.guarding import Counts
from klankbord.web.insights.listing import is_anonymous
from klankbord.web.insights.promise import Promise
from klankbord.web.insights.queries import Look
from klankbord.web.kernel.lakes import lake_of
from klankbord.web.surveys.models import Survey

BEGUN = datetime(2026, 3, 2, 9, tzinfo=UTC)  # a Monday
LINE = [
    ("lead", {"teams": ["Ghent"]}),
    ("agent", {"agent": "kim"}),
    ("client_viewer", {"client": "Halder"}),
]


@pytest.fixture
def surveys(acting):
    for mode in Survey.Mode:
        Survey.objects.create(name=mode, code=mode, metric="nps", mode=mode)
    acting.attribution, acting.attribution_reason = "named", "agreed with the works council"
    acting.save()


@pytest.fixture
def given_answers(acting, surveys):  # noqa: ARG001
    """Bring in answers: `given_answers([9, 3], survey="research", queue="Billing", day=8)`."""
    count = 0

    def brought(scores, *, survey="research", day=0, apart=0, **told):
        nonlocal count
        rows, contacts = [], []
        for place, score in enumerate(scores):
            count += 1
            at = BEGUN + timedelta(days=day + apart * place, minutes=count)
            here = {"team": "Ghent", "agent": "kim", "client": "Halder", "queue": "Billing", "channel": "phone"} | told
            about = {"contact_source": "exchange", "contact": f"c{count}"}
            contacts.append(
                here
                | {"source": "exchange", "external_id": f"c{count}", "started_at": at, "sent": True, "survey": survey}
            )
            if score is None:
                continue
            rows.append(
                {"source": "survey", "external_id": f"a{count}", "metric": "nps", "score": score, "answered_at": at}
                | {"survey": survey, "comment": f"words {count}"} | about | here
            )  # fmt: skip
        bring_rows(lake_of(acting), contacts=pa.Table.from_pylist(contacts), responses=pa.Table.from_pylist(rows))

    return brought


def codes(answer):
    return {notice.code for notice in answer.notices}


@pytest.mark.parametrize(("role", "said"), LINE)
@pytest.mark.parametrize("n", [1, 4, 5, 6])
def test_a_number_needs_five_anonymous_answers(look, given_answers, role, said, n):
    given_answers([9] * n)
    given_answers([3] * 2, survey="service")
    told = look(role, **said).answer(Question.of("nps"))
    assert told.n == (n + 2 if n >= 5 else 2)
    assert ("anonymous_few" in codes(told)) is (n < 5)
    assert look("analyst").answer(Question.of("nps")).n == n + 2


def test_none_and_too_few_look_the_same(look, given_answers):
    given_answers([9] * 8, queue="Sales")
    given_answers([9], queue="Billing")
    lead = look("lead", teams=["Ghent"])
    one, none = (lead.answer(Question.parse(f"nps where queue={queue}")).to_dict() for queue in ("Billing", "Nowhere"))
    assert one["total"] == none["total"]
    assert one["notices"][0] == none["notices"][0]


def test_the_own_figures_of_an_agent_work(look, given_answers):
    given_answers([9, 9, 9, 10, 3, 10])
    given_answers([0] * 6, agent="robin")
    told = look("agent", agent="kim").answer(Question.of("nps"))
    assert told.n == 6
    assert told.total.value == pytest.approx(100 * 4 / 6)


def test_small_groups_and_what_would_give_them_away_are_not_in_a_table(look, given_answers):
    for queue, n in (("Billing", 3), ("Sales", 6), ("Faults", 20)):
        given_answers([9] * n, queue=queue)
    told = look("lead", teams=["Ghent"]).answer(Question.parse("nps by queue"))
    assert (told.keys, told.n) == ((("Faults",),), 29)
    assert "anonymous_groups" in codes(told)
    assert len(told.records()) == told.groups == 1


def test_groups_that_are_small_count_what_is_not_anonymous(look, given_answers):
    given_answers([9] * 3, queue="Billing")
    given_answers([9] * 20, queue="Sales")
    given_answers([9] * 6, queue="Faults")
    given_answers([1] * 4, queue="Billing", survey="service")
    told = look("lead", teams=["Ghent"]).answer(Question.parse("nps by queue"))
    assert {key[0]: row.n for key, row in zip(told.keys, told.rows, strict=True)} == {"Billing": 4, "Sales": 20}
    assert told.n == 33


def test_two_questions_taken_from_each_other_give_nobody_away(look, given_answers):
    given_answers([9] * 8, queue="Sales")
    given_answers([0], queue="Billing")
    lead = look("lead", teams=["Ghent"])
    assert lead.answer(Question.of("nps")).n == 9
    for text in ("nps where queue=Sales", "nps where queue!=Billing", "nps where queue=Sales and channel=phone"):
        told = lead.answer(Question.parse(text))
        assert told.n == 0, text
        assert "anonymous_few" in codes(told)
    assert lead.answer(Question.parse("nps where channel=phone")).n == 9


def test_periods_are_whole_weeks_that_are_over(look, given_answers):
    given_answers([9] * 14, apart=1)  # two whole weeks
    lead = look("lead", teams=["Ghent"])
    told = lead.answer(Question.parse("nps in 2026-03-02..2026-03-10"))
    assert (told.scope.span.first, told.scope.span.last) == (date(2026, 3, 2), date(2026, 3, 15))
    assert told.n == lead.answer(Question.parse("nps in 2026-03-02..2026-03-11")).n == 14
    assert "anonymous_weeks" in codes(told)
    assert look("owner").answer(Question.parse("nps in 2026-03-02..2026-03-10")).n == 9
    month = lead.answer(Question.parse("nps in 2026-03"))
    assert month.n == 14
    assert "anonymous_weeks" not in codes(month)


def test_the_running_week_does_not_count(look, given_answers, monkeypatch):
    given_answers([9] * 6)
    given_answers([0] * 6, day=7)

    class Then(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime(2026, 3, 11, 12, tzinfo=tz)

    monkeypatch.setattr("klankbord.web.insights.queries.datetime", Then)
    lead = look("lead", teams=["Ghent"])
    assert lead.answer(Question.of("nps")).n == 6
    running = lead.answer(Question.parse("nps in 2026-03-09..2026-03-11"))
    assert running.n == 0
    assert "anonymous_running" in codes(running)


@pytest.mark.parametrize(
    "text",
    [
        *("nps where score=0", "nps where day=2026-03-02", "nps by hour", "nps where wait_s<60", "nps by attributes.x"),
        *("handle_time where scored=true", "abandonment where score<3", "nps by day", "nps by not_counted_reason"),
    ],
)
def test_what_would_single_out_an_answer_does_not_count_anonymous_ones(look, given_answers, text):
    given_answers([0] * 9)
    told = look("lead", teams=["Ghent"]).answer(Question.parse(text))
    assert told.n == 0
    assert "anonymous_narrow" in codes(told)


@pytest.mark.parametrize(("answered", "silent", "told"), [(2, 9, False), (9, 2, False), (6, 0, False), (6, 7, True)])
def test_a_share_of_those_who_answered_has_five_on_either_side(look, given_answers, answered, silent, told):
    given_answers([9] * answered + [None] * silent)
    rate = look("lead", teams=["Ghent"]).answer(Question.of("response_rate"))
    assert rate.n == (answered + silent if told else 0)
    assert ("anonymous_few" in codes(rate)) is not told
    assert look("owner").answer(Question.of("response_rate")).n == answered + silent


def test_a_contact_looks_the_same_whether_it_was_answered_or_not(look, given_answers):
    given_answers([0, None], survey="research")
    answered, silent = look("lead", teams=["Ghent"]).contacts((), None)
    of_its_own = {"external_id", "at", "started_at", "day"}
    first, second = (
        {name: value for name, value in one.to_dict().items() if name not in of_its_own} for one in (answered, silent)
    )
    assert first == second
    assert is_anonymous(answered)
    assert is_anonymous(silent)


def test_a_comparison_with_few_is_left_away(look, given_answers):
    given_answers([9] * 3)
    given_answers([9] * 8, day=14)
    told = look("lead", teams=["Ghent"]).answer(
        Question.parse("nps in 2026-03-16..2026-03-22 compare 2026-03-02..2026-03-08")
    )
    assert (told.n, told.total_comparison) == (8, None)
    assert "anonymous_before" in codes(told)


def test_a_series_leaves_small_weeks_out(look, given_answers):
    given_answers([9] * 8)
    given_answers([0] * 2, day=7)
    given_answers([9] * 8, day=14)
    given_answers([9] * 8, day=21)
    told = look("lead", teams=["Ghent"]).answer(Question.parse("nps per week"))
    weeks = [key[0] for key in told.keys]
    # A second week hides the first: the total less the others would be the two.
    assert len(weeks) == 2
    assert date(2026, 3, 9) not in weeks
    assert list(told.trend.periods) == weeks
    assert {row.value for row in told.rows} == {100.0}
    assert told.n == 26


def test_no_comment_and_no_place_in_a_list_of_what_was_answered(look, given_answers):
    given_answers([0] * 9)
    given_answers([10], survey="service")
    lead = look("lead", teams=["Ghent"])
    assert [remark.score for remark in lead.comments((), None)] == [10]
    assert [line.score for line in lead.behind(Question.of("nps"))] == [10]
    everything = lead.contacts((), None)
    assert len(everything) == 10
    assert {line.score for line in everything} == {None, 10}
    scored = lead.contacts((Condition(column="scored", values=("true",)),), None)
    assert len(scored) == 1
    assert len(look("owner").contacts((Condition(column="scored", values=("true",)),), None)) == 10


def test_an_open_page_does_not_move_when_an_anonymous_answer_comes_in(actor, given_answers):
    def stamp(role):
        return Look.of(actor(role, teams=["Ghent"])).stamp(Question.of("nps"))

    given_answers([9] * 9)
    before = {role: stamp(role) for role in ("lead", "owner")}
    given_answers([0])
    assert stamp("lead") == before["lead"]
    assert stamp("owner") != before["owner"]
    given_answers([0], survey="service")
    assert stamp("lead") != before["lead"]


@pytest.mark.parametrize(("mode", "survey", "kept"), [
    ("research", None, True), ("research", "other tool", True), ("research", "service", False),
    ("research", "research", True), ("service", None, False), ("service", "other tool", False),
    ("service", "research", True), ("service", "service", False),
])  # fmt: skip
@pytest.mark.usefixtures("surveys")
def test_history_goes_by_what_the_organisation_says_of_it(acting, actor, mode, survey, kept):
    acting.history_mode = mode
    acting.save()
    promise = Promise.to(actor("lead", teams=["Ghent"]))
    assert promise.keeps(survey) is kept
    assert not Promise.to(actor("owner")).holds


def test_history_of_which_nobody_says_what_was_promised_is_anonymous(acting, look, given_answers):
    given_answers([0] * 4, survey="other tool")
    acting.history_mode = "research"
    acting.save()
    assert look("lead", teams=["Ghent"]).answer(Question.of("nps")).n == 0
    acting.history_mode = "service"
    acting.save()
    assert look("lead", teams=["Ghent"]).answer(Question.of("nps")).n == 4


@given(st.dictionaries(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), st.integers(0, 12)))
def test_what_stays_of_a_table_gives_no_small_group_away(groups):
    counts = Counts(total=sum(groups.values()), groups=groups)
    hidden = counts.hidden(("team", "queue"), [])
    assert {key for key, n in groups.items() if n < 5} <= hidden
    total_of_hidden = sum(groups[key] for key in hidden)
    assert total_of_hidden == 0 or total_of_hidden >= 5 or counts.total < 5
    for axis in (0, 1):
        for name in {key[axis] for key in groups}:
            rest = sum(groups[key] for key in hidden if key[axis] == name)
            whole = sum(n for key, n in groups.items() if key[axis] == name)
            assert not 0 < rest < 5 or whole < 5 or not _shown(groups, axis, name)


def _shown(groups, axis, name):
    ends = {}
    for key, n in groups.items():
        ends[key[axis]] = ends.get(key[axis], 0) + n
    return minimum({key: n for key, n in ends.items() if n}, by="one").allows(name)
