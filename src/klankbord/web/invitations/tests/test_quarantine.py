"""Laws: nobody is asked inside a quarantine whatever the order of events, and each agent's contacts are drawn alike."""

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from functools import wraps
from math import sqrt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from klankbord.web.contacts.actions import receive_contacts
from klankbord.web.invitations.actions import claiming, plan_contacts, planning
from klankbord.web.invitations.actions.claiming import _Claim, claim
from klankbord.web.invitations.clocks import Ask, Clocks, Memory
from klankbord.web.invitations.drawing import draw
from klankbord.web.invitations.hours import Quiet
from klankbord.web.invitations.models import Clock, Invitation, Rule
from klankbord.web.invitations.persons import marks
from klankbord.web.kernel.access import the_product
from klankbord.web.kernel.home import Home
from klankbord.web.kernel.lakes import lake_of
from klankbord.web.kernel.models import Organisation
from klankbord.web.kernel.tenancy import acting_in
from klankbord.web.surveys.library import starting_point
from klankbord.web.surveys.models import Survey, Version

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
_days = st.sampled_from([0, 2, 30])
_contact = st.tuples(st.just("contact"), st.integers(0, 2), st.integers(0, 1), st.integers(0, 72), st.booleans())
_history = st.tuples(st.just("history"), st.integers(0, 2), st.sampled_from(["nps", "csat"]), st.integers(0, 96))
_events = st.one_of(
    _contact,
    _history,
    st.tuples(st.just("plan")),
    st.tuples(st.just("send"), st.integers(1, 3)),
    st.tuples(st.just("wait"), st.integers(1, 60)),
)
_clocks = st.fixed_dictionaries({"organisation": _days, "nps": _days, "touchpoint": _days})
# One person, in what is likely to go wrong: known in two ways, planned late, and history that comes in between.
_their = st.tuples(st.just("contact"), st.just(0), st.integers(0, 1), st.integers(0, 40), st.booleans())
_past = st.tuples(st.just("history"), st.just(0), st.sampled_from(["nps", "csat"]), st.integers(0, 60))
_later = st.tuples(st.just("wait"), st.sampled_from([2, 30, 50]))
_PLAN, _SEND = st.just(("plan",)), st.just(("send", 3))
_scenes = st.one_of(
    st.tuples(_their, _PLAN),
    st.tuples(_their, _PLAN, _past, _later, _SEND),
    st.tuples(_their, _their, _PLAN, _later, _SEND),
    st.tuples(_their, _PLAN, _later, _SEND, _their, _PLAN),
)
_lives = st.lists(_scenes, min_size=1, max_size=3).map(lambda scenes: [event for scene in scenes for event in scene])
_quick = settings(max_examples=40, derandomize=True, database=None, phases=[Phase.generate])


def finds(*defects):
    """Return a test that the law does not hold while something is replaced: one that nothing can break says nothing."""

    @given(clocks=_clocks, events=_lives)
    @_quick
    def law(self, clocks, events):
        self.lived(clocks, events)

    @wraps(law)
    def tried(self):
        with pytest.MonkeyPatch.context() as patch:
            for where, name, wrong in defects:
                patch.setattr(where, name, wrong)
            with pytest.raises(AssertionError, match="within a quarantine"):
                law(self)

    return tried


@pytest.fixture(scope="class", autouse=True)
def own_home(tmp_path_factory):
    """A home for the class: hypothesis repeats what is in it."""
    from django.conf import settings as django_settings

    before, django_settings.HOME = django_settings.HOME, Home(tmp_path_factory.mktemp("home"))
    django_settings.HOME.make()
    yield
    django_settings.HOME = before


class Worlds(TestCase):
    """An organisation of its own for every example, and the law."""

    def setup_example(self):
        super().setup_example()
        self.organisation = Organisation.objects.create(name="Noord", slug="noord", zone="Europe/Brussels")
        lake_of(self.organisation)

    def lived(self, clocks, events):
        with acting_in(self.organisation):
            for metric in ("nps", "csat"):
                survey = Survey.objects.create(name=metric, code=metric, metric=metric, mode="research")
                content = starting_point(metric, brand="Noord").to_dict()
                Version.objects.create(survey=survey, number=1, content=content, published_at=START)
                wanted = {"touchpoint": ["move"]} if metric == "csat" else {}
                Rule.objects.create(
                    name=metric, survey=survey, share=1.0, delay_minutes=90, conditions=wanted, live=True,
                    position=int(not wanted),
                )  # fmt: skip
            Clock.objects.create(kind="organisation", days=clocks["organisation"])
            Clock.objects.create(kind="metric", name="nps", days=clocks["nps"])
            Clock.objects.create(kind="attribute", name="touchpoint", days=clocks["touchpoint"])
            life = _Life(self.organisation)
            for kind, *told in events:
                getattr(life, kind)(*told)
            for _ in range(5):
                life.plan()
                life.wait(2)
                life.send(3)
            self.held_to(clocks, life)

    def held_to(self, clocks, life):
        for ask, known in life.asked:
            assert not any(too_soon(clocks, ask, other) for other in known), f"{ask} within a quarantine"


def too_soon(clocks, one, other):
    """Say by the definition whether one question follows another before a clock of both has run out."""
    gap = abs(one.at - other.at)
    touchpoints = {one.values.get("touchpoint"), other.values.get("touchpoint")}
    shared = {
        "organisation": True,
        "nps": one.metric == other.metric == "nps",
        "touchpoint": len(touchpoints) == 1 and None not in touchpoints,
    }
    return any(gap < timedelta(days=clocks[name]) for name, is_shared in shared.items() if is_shared)


def first_mark_of(digests, *key):
    """Return the mark of a person for their mailbox as well."""
    return marks([*digests][:1], *key) * 2


class _Life:
    """A clock, and what was known of each person whenever somebody was asked."""

    def __init__(self, organisation):
        self.organisation, self.now, self.count = organisation, START, 0
        self.of = defaultdict(list)
        self.asked = []

    def contact(self, who, touchpoint, ago, by_mail):
        self.count += 1
        ended = self.now - ago * HOUR
        address = f"{who}@noord.example"
        row = {
            "external_id": str(self.count),
            # One mailbox, known by a number in one source and by its address in another.
            "customer": {"email": address} if by_mail else {"id": f"c{who}", "email": address},
            "touchpoint": ("invoice", "move")[touchpoint],
            "started_at": ended.isoformat(),
            "ended_at": ended.isoformat(),
        }
        receive_contacts(actor=the_product(self.organisation), source="test", rows=[row])

    def history(self, who, metric, ago):
        at = self.now - ago * HOUR
        address = f"{who}@noord.example"
        (recipient,) = marks([lake_of(self.organisation).key.pseudonym(address)])
        moments = dict.fromkeys(("planned_at", "due_at", "asked_at", "sent_at"), at)
        Invitation.objects.create(metric=metric, channel="email", recipient=recipient, state="sent", **moments)
        self.of[address].append(Ask(at, metric, {}))

    def plan(self):
        plan_contacts(self.organisation, now=self.now)

    def send(self, most):
        for one, _ in claim(self.organisation, most=most, now=self.now):
            ask = Ask(self.now, one.metric, one.circumstances)
            self.asked.append((ask, list(self.of[one.customer.email])))
            self.of[one.customer.email].append(ask)
            Invitation.objects.filter(pk=one.pk).update(state="sent", sent_at=self.now, asked_at=self.now)

    def wait(self, hours):
        self.now += hours * HOUR


class Histories(Worlds):
    """Whatever happens in whatever order."""

    @given(clocks=_clocks, events=_lives)
    @_quick
    def test_nobody_is_asked_inside_a_quarantine(self, clocks, events):
        self.lived(clocks, events)


class Defects(Worlds):
    """The same law, where something is wrong: it is to be found within the same few examples."""

    test_that_nothing_is_looked_at_again_as_it_leaves = finds((_Claim, "_untimely", lambda *_: ""))
    test_that_what_was_asked_is_forgotten = finds((Memory, "add", lambda *_: None))
    test_that_a_mailbox_is_known_by_its_person_only = finds(
        (planning, "marks", first_mark_of), (claiming, "marks_of", lambda who: first_mark_of((who.pseudonym,)))
    )
    test_that_only_one_clock_runs = finds(
        (Clocks, "keep_apart", lambda clocks, one, other: abs(one.at - other.at) < clocks.organisation)
    )


@pytest.mark.slow
class ManyHistories(Worlds):
    """The same, longer and many times."""

    @given(clocks=_clocks, events=st.lists(_events, max_size=60))
    @settings(max_examples=150)
    def test_nobody_is_asked_inside_a_quarantine(self, clocks, events):
        self.lived(clocks, events)


moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  given by st
asks = st.builds(
    Ask,
    moments,
    st.sampled_from(["nps", "csat"]),
    st.fixed_dictionaries({}, optional={"client": st.sampled_from(["", "a", "b"])}),
)


@given(one=asks, other=asks, days=st.lists(st.integers(0, 200), min_size=3, max_size=3))
def test_clocks_do_not_mind_who_comes_first_and_only_ever_forbid_more(one, other, days):
    times = [timedelta(days=day) for day in days]
    every = Clocks(organisation=times[0], metrics={"nps": times[1]}, attributes={"client": times[2]})
    assert every.keep_apart(one, other) == every.keep_apart(other, one)
    gap = abs(one.at - other.at)
    assert not (gap >= every.longest and every.keep_apart(one, other))
    for alone in (
        Clocks(organisation=times[0]),
        Clocks(organisation=timedelta(0), metrics={"nps": times[1]}),
        Clocks(organisation=timedelta(0), attributes={"client": times[2]}),
    ):
        assert every.keep_apart(one, other) or not alone.keep_apart(one, other)


@given(
    moment=moments,
    zone=st.sampled_from(["Europe/Brussels", "America/New_York", "Pacific/Auckland", "Asia/Kathmandu", "UTC"]),
    hours=st.one_of(st.none(), st.tuples(st.times(), st.times())),
    days=st.frozensets(st.integers(1, 7), max_size=6),
)
def test_what_leaves_leaves_as_soon_as_it_may_and_no_sooner(moment, zone, hours, days):
    start, end = hours or (None, None)
    quiet = Quiet(zone=ZoneInfo(zone), start=start, end=end, days=days)
    leaves = quiet.after(moment)
    assert leaves >= moment
    assert not quiet.holds(leaves)
    if quiet.holds(moment):
        step = (leaves - moment) / 50
        assert all(quiet.holds(moment + step * part) for part in range(50))
    else:
        assert leaves == moment


def test_a_draw_is_even_and_of_one_rule_says_nothing_of_another():
    drawn = [draw(1, "test", str(number)) for number in range(20_000)]
    parts = Counter(int(one * 10) for one in drawn)
    # Each tenth holds 2,000 give or take five standard deviations of a binomial.
    assert all(abs(parts[part] - 2_000) < 5 * sqrt(20_000 * 0.1 * 0.9) for part in range(10))
    both = sum(one < 0.5 and draw(2, "test", str(number)) < 0.5 for number, one in enumerate(drawn))
    assert abs(both - 5_000) < 5 * sqrt(20_000 * 0.25 * 0.75)
