"""Keeping rules, clocks and the sender, and trying a rule on what was."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from klankbord.errors import OptionError
from klankbord.reports.wording import LANGUAGES
from klankbord.web.invitations import actions
from klankbord.web.invitations.models import Allowance, Clock, Invitation, Passed, Rule
from klankbord.web.invitations.tests.conftest import NOON
from klankbord.web.invitations.trying import try_rule
from klankbord.web.kernel.access import ForbiddenError, the_product
from klankbord.web.kernel.models import AuditEntry
from klankbord.web.kernel.wording import in_words
from klankbord.web.surveys.library import starting_point
from klankbord.web.surveys.models import Survey, Version


@pytest.fixture
def values(survey):
    return {
        "name": "Calls",
        "survey": survey,
        "channel": "email",
        "conditions": {"channel": ["phone", "phone", " "]},
        "share": 0.5,
        "weekly_per_agent": None,
        "delay_minutes": 30,
        "quiet_from": None,
        "quiet_until": None,
        "quiet_days": [7],
        "reminder_after_days": 3,
        "open_days": 14,
    }


def assert_worded(error):
    for language in LANGUAGES:
        with translation.override(language):
            said = in_words(error)
        assert said.hint
        assert said.message != error.message


def test_a_rule_is_made_asks_nobody_and_is_switched_on(values, actor):
    rule = actions.add_rule(actor(), **values)
    assert (rule.live, rule.conditions) == (False, {"channel": ["phone"]})
    actions.switch_rule(actor(), rule=rule, live=True)
    kept = Rule.objects.get()
    assert kept.live
    assert kept.live_since
    assert set(AuditEntry.objects.values_list("action", flat=True)) == {
        "invitations.rule_added",
        "invitations.rule_switched",
    }


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"conditions": {"agent": ["A1"]}}, "conditions"),
        ({"conditions": {"resolved": ["true"]}}, "conditions"),
        ({"conditions": {"chanel": ["phone"]}}, "conditions"),
        ({"share": None}, "share"),
        ({"weekly_per_agent": 5}, "share"),
        ({"share": 0.0}, "share"),
        ({"share": 1.2}, "share"),
        ({"quiet_days": [1, 2, 3, 4, 5, 6, 7]}, "quiet_days"),
    ],
)
def test_what_no_rule_can_be_is_refused_at_its_field(values, actor, changes, field):
    with pytest.raises(actions.RuleError) as refused:
        actions.add_rule(actor(), **(values | changes))
    assert refused.value.field == field
    assert_worded(refused.value)
    assert Rule.objects.count() == 0


def test_a_rule_whose_survey_is_not_published_is_not_switched_on(values, actor):
    bare = Survey.objects.create(name="Draft", code="draft", metric="nps", mode="research")
    rule = actions.add_rule(actor(), **(values | {"survey": bare}))
    with pytest.raises(actions.RuleError, match="not published") as refused:
        actions.switch_rule(actor(), rule=rule, live=True)
    assert_worded(refused.value)
    bare.archived_at = timezone.now()
    bare.save()
    with pytest.raises(actions.RuleError, match="no such survey") as refused:
        actions.switch_rule(actor(), rule=rule, live=True)
    assert_worded(refused.value)


@pytest.fixture
def of_work(survey):  # noqa: ARG001
    """A published survey that asks employees about their work."""
    found = Survey.objects.create(name="Work", code="work", metric="enps", mode="research")
    content = starting_point("enps", brand="Halder", mode="research").to_dict()
    Version.objects.create(survey=found, number=1, content=content, published_at=timezone.now())
    return found


def test_no_rule_asks_customers_about_the_work_of_employees(values, actor, rule, came, acting, of_work):
    there = actions.add_rule(actor(), **values)
    old = rule(survey=of_work, live=False)
    for act in (
        lambda: actions.add_rule(actor(), **(values | {"survey": of_work})),
        lambda: actions.change_rule(actor(), rule=there, **(values | {"survey": of_work})),
        lambda: actions.switch_rule(actor(), rule=old, live=True),
    ):
        with pytest.raises(actions.RuleError, match="employees") as refused:
            act()
        assert refused.value.field == "survey"
        assert_worded(refused.value)
    Rule.objects.filter(pk=old.pk).update(live=True)
    came()
    actions.plan_contacts(acting, now=NOON + timedelta(minutes=1))
    assert not Invitation.objects.exists(), "one that is on from before asks nobody"
    with pytest.raises(OptionError):
        actions.set_clocks(actor(), clocks=[("metric", "enps", 90)])


def test_rules_change_places_and_those_that_never_asked_go(values, actor, invited):
    first, second = (actions.add_rule(actor(), **(values | {"name": name})) for name in ("One", "Two"))
    actions.move_rule(actor(), rule=second, up=True)
    actions.move_rule(actor(), rule=second, up=True)
    assert [rule.name for rule in Rule.objects.all()] == ["Two", "One"]
    invited(rule=first)
    with pytest.raises(actions.RuleError, match="asked") as refused:
        actions.remove_rule(actor(), rule=first)
    assert_worded(refused.value)
    actions.remove_rule(actor(), rule=second)
    assert [rule.name for rule in Rule.objects.all()] == ["One"]


def test_clocks_are_set_all_at_once_and_one_that_nobody_knows_is_refused(survey, actor):  # noqa: ARG001
    actions.set_clocks(actor(), clocks=[("organisation", "", 0), ("metric", "nps", 90), ("attribute", "client", 30)])
    assert Clock.objects.count() == 3
    with pytest.raises(OptionError):
        actions.set_clocks(actor(), clocks=[("attribute", "agent", 30)])
    assert Clock.objects.count() == 3


@pytest.mark.parametrize("role", ["lead", "agent", "privacy_officer"])
def test_nobody_else_changes_who_is_asked(values, actor, role, rule):
    there = rule()
    for act in (
        lambda who: actions.add_rule(who, **values),
        lambda who: actions.change_rule(who, rule=there, **values),
        lambda who: actions.switch_rule(who, rule=there, live=False),
        lambda who: actions.move_rule(who, rule=there, up=True),
        lambda who: actions.remove_rule(who, rule=there),
        lambda who: actions.set_clocks(who, clocks=[]),
        lambda who: actions.set_sender(who, name="x", address="", reply_to=""),
    ):
        with pytest.raises(ForbiddenError):
            act(actor(role))
    with pytest.raises(ForbiddenError):
        try_rule(actor("agent"), rule=there)


def tried(rule, actor, until=NOON + timedelta(days=1)):
    return try_rule(actor(), rule=rule, until=until)


def test_a_trial_says_what_the_plan_then_does_and_writes_nothing(rule, came, actor, acting):
    one = rule(share=0.4, live=False, conditions={"channel": ["phone"]})
    came(60, team="T1")
    came(customer="an")
    came(customer="an")
    came(channel="chat", customer="bo")
    came(customer=None)
    before = trial = tried(one, actor)
    assert (Invitation.objects.count(), Passed.objects.count(), Allowance.objects.count()) == (0, 0, 0)
    assert tried(one, actor) == before
    Rule.objects.update(live=True)
    actions.plan_contacts(acting, now=NOON + timedelta(minutes=1))
    assert trial.contacts == 64
    assert trial.asked == Invitation.objects.count() > 0
    assert tried(one, actor) == before, "whom it has asked since does not stand in its own way"
    kept = Passed.objects.values_list("reason", flat=True)
    assert trial.reasons == {name: list(kept).count(name) for name in set(kept)}
    assert trial.met == 63


def test_a_trial_remembers_whom_it_asked_and_whom_the_rule_before_it_asks(rule, came, actor):
    rule(position=0, conditions={"touchpoint": ["invoice"]})
    second = rule(position=1, live=False)
    for days in range(1, 5):
        came(customer="an", at=NOON - timedelta(days=days))
    came(customer="bo", touchpoint="invoice", at=NOON - timedelta(days=3))
    came(customer="bo", at=NOON - timedelta(days=1))
    trial = tried(second, actor, NOON)
    assert trial.asked == 1
    assert trial.reasons == {"quarantine": 4, "other_rule": 1}


def test_a_team_is_shown_only_where_it_says_nothing_of_few_agents(rule, came, actor):
    one = rule(live=False)
    for number in range(5):
        came(3, customer=f"c{number}x", agent=f"A{number}", team="Large")
        came(customer=f"d{number}", agent="A1" if number % 2 else "A2", team="Small")
    trial = tried(one, actor)
    assert [(part.name, part.met) for part in trial.teams] == [("Large", 15)]
    assert sum(part.met for part in trial.weeks) == trial.met == 20


def test_a_lead_tries_a_rule_on_what_they_see(rule, came, actor):
    one = rule(live=False)
    came(3, customer="a", team="T1")
    came(2, customer="b", team="T2")
    assert try_rule(actor("lead", teams=["T1"]), rule=one, until=NOON + timedelta(days=1)).contacts == 3


def test_what_an_agent_handles_says_how_likely_each_contact_is_drawn(rule, came, acting):
    one = rule(share=None, weekly_per_agent=10)
    for week in (1, 2):
        came(40, customer=f"p{week}x", agent="busy", at=NOON - timedelta(weeks=week))
        came(5, customer=f"q{week}x", agent="calm", at=NOON - timedelta(weeks=week))
    came(30, customer="nx", agent="busy")
    came(customer="ox", agent="calm")
    came(customer="ny", agent="new")
    actions.plan_contacts(acting, now=NOON + timedelta(minutes=1))
    chances = dict(Allowance.objects.filter(week="2026-03-02").values_list("agent", "chance"))
    assert chances == {"busy": 10 / 40, "calm": 1.0, "new": 10 / 22.5}
    busy = Invitation.objects.filter(circumstances__agent="busy", asked_at__gte=NOON)
    assert set(busy.values_list("chance", flat=True)) <= {0.25}
    came(100, customer="late", agent="busy", at=NOON - timedelta(days=8))
    came(100, customer="more", agent="busy")
    actions.plan_contacts(acting, now=NOON + timedelta(minutes=2))
    assert Allowance.objects.get(week="2026-03-02", agent="busy").chance == 0.25
    actions.change_rule(the_product(acting), rule=one, weekly_per_agent=5, share=None)
    assert Allowance.objects.count() == 0


def test_a_rule_that_is_changed_says_which_columns(values, actor):
    rule = actions.add_rule(actor(), **values)
    actions.change_rule(actor(), rule=rule, **(values | {"name": "Other", "open_days": 7}))
    assert AuditEntry.objects.get(action="invitations.rule_changed").details == {"columns": ["name", "open_days"]}
    assert Rule.objects.get().name == "Other"
