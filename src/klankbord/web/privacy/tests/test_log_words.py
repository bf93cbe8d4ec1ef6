"""The audit log in the words of whoever reads it."""

import ast
from pathlib import Path

import pytest
from django.urls import get_resolver
from django.utils import translation

import klankbord.web
from klankbord.web.kernel import audit
from klankbord.web.kernel.audit import record
from klankbord.web.kernel.models import AuditEntry
from klankbord.web.kernel.wording import wording
from klankbord.web.privacy import log
from klankbord.web.surveys.models import Survey

WEB = Path(klankbord.web.__file__).parent


def written_down() -> set[str]:
    """Return by which names details are written down anywhere."""
    found: set[str] = set()
    for path in WEB.rglob("*.py"):
        if "tests" not in path.parts:
            calls = (one for one in ast.walk(ast.parse(path.read_text())) if isinstance(one, ast.Call))
            for call in calls:
                if ast.unparse(call.func) == "audit.record":
                    found |= {word.arg for word in call.keywords if word.arg} - {"about"}
    return found


@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
def test_every_detail_that_is_written_down_has_a_word(language):
    names = written_down()
    assert len(names) > 30
    with translation.override(language):
        assert [name for name in sorted(names) if not wording().knows(f"privacy.audit.fields.{name}")] == []


@pytest.fixture
def told(actor, acting):
    """Return how entries are told in Dutch that an owner makes."""
    del acting
    get_resolver().check()  # has every room register what it writes down
    with translation.override("nl"):
        yield lambda role="owner": log.page_of(actor(role), log.Wanted())[0][0]


@pytest.mark.parametrize(
    ("action", "details", "facts"),
    [
        ("invitations.lifted", {"source": "by_hand", "blocks": 1200}, ["Met de hand", "1.200"]),
        ("people.member_changed", {"before": "agent", "role": "lead", "reach": []}, ["Medewerker", "Teamleider"]),
        ("people.token_created", {"scopes": ["contacts:read", "new:scope"]}, ["contacten lezen, new:scope"]),
        ("privacy.attribution_changed", {"level": "team → off"}, ["aan het team → helemaal niet"]),
        ("privacy.log_taken", {"who": "person:12", "what": "privacy.erased"}, ["persoon 12", "Rondde een wissing af"]),
        ("privacy.retention_changed", {"audit": "400 → 500"}, ["400 → 500"]),
        ("kernel.job_retried", {"name": "contacts.import_upload"}, ["Bestanden inlezen"]),
        ("centre.unit_changed", {"changes": {"name": ["Gent", "Luik"]}}, ["Naam: Gent → Luik"]),
        ("centre.unit_changed", {"changes": {"active": [True, False]}}, ["In gebruik: ja → nee"]),
        ("centre.agent_placed", {"starts_on": "2026-03-01", "ends_on": None}, ["1 mrt 2026"]),
        ("centre.learnt", {"units": {"team": 3}, "spells": 0}, ["team: 3", "0"]),
        ("invitations.clocks_set", {"days": {"organisation": 30}}, ["organisatie: 30"]),
        ("invitations.clocks_set", {"days": {"metric nps": 90}}, ["maat NPS: 90"]),
    ],
)  # fmt: skip
def test_values_are_told_in_words(told, actor, action, details, facts):
    record(actor(), action, **details)
    assert sorted(value for _, value in told().facts) == sorted(facts)  # a database may keep details in its own order
    assert not any("_" in name for name, _ in told().facts)


@pytest.mark.parametrize(
    ("action", "subject", "named"),
    [
        ("invitations.blocked", "reason deceased", "reden: De klant is overleden"),
        ("invitations.lifted", "reason any", "reden: alle redenen"),
        ("contacts.receive", "source demo", "bron demo"),
        ("invitations.rule_removed", "rule 99", "regel 99"),
        ("contacts.intake_made", "webhook", "webhook"),
        ("centre.units_brought_in", "teams", "teams"),
    ],
)
def test_what_was_acted_on_is_told_in_words(told, actor, action, subject, named):
    record(actor(), action, subject)
    assert told().named == named


def test_what_is_still_there_is_called_by_its_name_for_those_who_may_see_it(told, actor):
    Survey.objects.create(code="after-contact", name="Na het contact", metric="nps")
    record(actor(), "surveys.created", "survey after-contact")
    assert told().named == "vragenlijst Na het contact"
    assert told("privacy_officer").named == "vragenlijst after-contact"
    assert AuditEntry.objects.get().subject == "survey after-contact"
    Survey.objects.all().delete()
    assert told().named == "vragenlijst after-contact"


def test_no_label_stands_without_a_value(browse, actor, acting):
    del acting
    record(actor(), "centre.learnt", spells=3)
    page = browse("owner").get("/o/noord/audit", headers={"accept-language": "en"}).content.decode()
    assert "Details" in page
    assert 'data-label="To what"' not in page
    record(actor(), "centre.learnt", units={})
    AuditEntry.objects.filter(details__spells=3).delete()
    page = browse("owner").get("/o/noord/audit", headers={"accept-language": "en"}).content.decode()
    assert "<details" not in page.partition("<table")[2]


def test_names_cost_one_question_a_kind(told, actor, django_assert_num_queries):
    for kind in ("rule 1", "rule 2", "survey 1", "invitation 3"):
        record(actor(), "invitations.rule_added", kind)
    entries = list(AuditEntry.objects.all())
    owner = actor()
    with django_assert_num_queries(2):
        audit.names_of(owner, entries)
    del told
