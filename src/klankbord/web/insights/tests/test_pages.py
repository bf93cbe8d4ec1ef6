"""The pages as a browser gets them: what they show, what they cost, and what they never say."""

import json
import re
from urllib.parse import quote

import pytest
from django.test.utils import CaptureQueriesContext

from klankbord.lake.questions import Question, ask
from klankbord.web.kernel.models import AuditEntry

OVERVIEW = "/o/noord/"
PAGES = (
    "",
    "?period=all&by=team",
    "overview/client/Telvoor",
    "question",
    "question?measure=nps&by=team&period=last+3+months&compare=previous",
    "question?measure=nps&grain=month",
    "question?measure=handle_time_p90&by=channel&compare=rest",
    "question/contacts?measure=nps&by=client&group=client=Telvoor&part=bad",
    "contacts",
    "contacts?kind=bad&period=all",
)


def page(client, path, **headers):
    answer = client.get(f"/o/noord/{path}", **headers)
    return answer, answer.content.decode()


@pytest.fixture
def owner(browse, lake):  # noqa: ARG001
    return browse("owner")


@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_pages_speak_every_language_without_inline_styles(owner, path, language):
    owner.cookies["language"] = language
    answer, html = page(owner, path)
    assert answer.status_code == 200
    assert f'lang="{language}"' in html
    assert not re.search(r"<[^>]+ style=|<style|<script(?![^>]* src=)| on\w+=", html)
    assert not re.search(r"\binsights\.\w+|\{\w+(:\w+)?\}", re.sub(r"/static/\S+", "", html))


@pytest.mark.parametrize("path", PAGES)
def test_pages_stay_within_twelve_queries(owner, django_assert_max_num_queries, path):
    page(owner, path)
    with django_assert_max_num_queries(12):
        page(owner, path)


def test_overview_costs_the_same_for_few_and_many_units(browse, answers, connection_queries):
    for team in ("Ghent", "Antwerp"):
        answers([10] * 5, team=team, client="Telvoor")
    two = connection_queries(browse("owner"), OVERVIEW)
    for team in ("Liège", "Hasselt", "Namur"):
        answers([9, 3, 8, 10, 10], team=team, client="Telvoor")
    assert connection_queries(browse("owner"), OVERVIEW) == two


@pytest.fixture
def connection_queries():
    from django.db import connection

    def counted(client, path):
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    return counted


def test_overview_shows_the_score_of_the_library(owner, lake):
    score = ask("nps in last 3 months", lake).total
    answer, html = page(owner, "")
    assert f"+{score.value:.0f}" in html
    assert f"{score.n} answers" in html
    headline = answer.context["page"].headline
    assert (headline.estimate.value, headline.estimate.interval) == (score.value, score.interval)


def test_every_number_leads_to_its_question(owner):
    answer, html = page(owner, "")
    links = {link.replace("&amp;", "&") for link in re.findall(r'href="([^"]*/question\?[^"]*)"', html)}
    asked = {Question.from_query(link.partition("?")[2]) for link in links}
    assert {question.measure for question in asked} >= {"nps", "response_rate", "service_level", "handle_time"}
    shown = answer.context["page"].headline
    assert Question.from_query(shown.url.partition("?")[2]) in asked


def test_doubts_are_told(owner, lake):
    codes = {notice.code for notice in ask("nps in last 3 months compare previous", lake).notices}
    assert "partial_period" in codes
    _, html = page(owner, "")
    assert "The period is not filled" in html
    _, html = page(owner, "question?measure=nps&by=queue&period=last+3+months")
    assert "only their counts are shown" in html


def test_before_anything_came_in_a_page_says_what_to_do(browse):
    _, html = page(browse("owner"), "")
    assert "There are no contacts yet" in html
    assert re.search(r'href="/o/noord/[^"]*bring-in|href="/o/noord/[^"]*upload', html)
    _, html = page(browse("client_viewer", client="Telvoor"), "")
    assert "There are no contacts yet" in html
    assert "Bring in contacts" not in html


def test_fewer_than_five_answers_are_counts_only(browse, answers):
    answers([10, 10, 9, 2], team="Ghent")
    answers([None] * 3, team="Liège")
    answer, html = page(browse("owner"), "")
    assert answer.context["page"].headline.estimate is None
    assert "4 answers" in html
    assert "too few for a score" in html
    assert "Promoters: 3, passives: 0, detractors: 1" in html
    shown = re.sub(r"<[^>]+>", "", html.split("<main", 1)[1]).replace("95%", "")
    assert not re.search(r"\d\s?%|\+\d", shown)


def test_unit_shows_its_own_numbers(owner, lake):
    own = ask(Question.of("nps", where="client=Telvoor", period="last 3 months"), lake).total
    answer, html = page(owner, "overview/client/Telvoor")
    assert answer.context["page"].headline.n == own.n
    assert "<h1>Telvoor</h1>" in html


@pytest.mark.usefixtures("lake")
def test_unit_of_another_client_is_empty_for_a_client_viewer(browse):
    answer, _ = page(browse("client_viewer", client="Telvoor"), "overview/client/Pakjesplein")
    assert answer.context["page"].headline.n == 0
    assert not answer.context["remarks"]
    assert not answer.context["asking"].stages


def test_filters_offer_only_what_is_within_reach(browse, lake):
    answer, _ = page(browse("client_viewer", client="Telvoor"), "?period=all")
    fields = answer.context["form"].fields
    assert "client" not in fields
    own = {str(key[0]) for key in ask("nps by queue where client=Telvoor", lake).keys}
    assert {code for code, _ in fields["queue"].choices} == {"", *own}
    assert len(ask("nps by queue", lake).keys) > len(own)


def test_unknown_kind_of_unit_is_not_found(owner):
    assert page(owner, "overview/agent/a00001")[0].status_code == 404


def test_question_that_cannot_be_asked_says_why(owner):
    answer, html = page(owner, "question?measure=npz")
    assert answer.status_code == 400
    assert "There is no measure “npz”." in html
    assert "Did you mean “nps”?" in html


def test_question_in_words_is_the_question_in_parts(owner):
    words, _ = page(owner, f"question?words={quote('nps by team in 2025 compare rest')}")
    parts, _ = page(owner, "question?measure=nps&by=team&period=2025&compare=rest")
    assert words.context["page"].answer == parts.context["page"].answer


def test_empty_fields_of_the_form_ask_nothing(owner):
    answer, _ = page(owner, "question?measure=nps&by=&by=&grain=&period=&compare=&where=")
    assert answer.context["page"].asked.question == Question.parse("nps")


def test_page_download_program_and_library_give_the_same_numbers(owner, program, lake):
    from klankbord.web.kernel.access import Permission

    query = "measure=nps&by=team&period=last%203%20months&compare=previous"
    library = json.loads(json.dumps(ask(Question.from_query(query), lake).to_dict(), default=str))
    download = json.loads(page(owner, f"question?{query}&format=json&sort=name")[1])
    called = program(Permission.SEE_NUMBERS).get(f"/api/numbers?{query}").json()
    shown = page(owner, f"question?{query}&sort=name")[0].context["page"].answer
    assert library == download == called == json.loads(json.dumps(shown.to_dict(), default=str))


def test_download_does_not_say_how_much_lies_beyond_reach(browse, owner):
    query = "question?measure=nps&format=json"
    whole = json.loads(page(owner, query)[1])["question"]
    part = json.loads(page(browse("client_viewer", client="Telvoor"), query)[1])["question"]
    assert set(whole) - set(part) == {"rows_read", "months_read", "sql"}
    html = page(browse("client_viewer", client="Telvoor"), "question?measure=nps")[1]
    assert f"{whole['rows_read']} rows" in page(owner, "question?measure=nps")[1]
    assert f"{whole['rows_read']} rows" not in html


def test_download_of_rows_is_safe_in_a_spreadsheet(browse, answers):
    answers([10] * 5, team="=1+1")
    answer, text = page(browse("owner"), "question?measure=nps&by=team&format=csv")
    assert answer["Content-Disposition"] == 'attachment; filename="nps.csv"'
    assert text.splitlines()[0].startswith("team,n,value,low,high")
    assert text.splitlines()[1].startswith("'=1+1,5,100.0,")


def test_words_of_others_are_never_markup(browse, answers):
    evil = "<script>alert(1)</script>"
    answers([10] * 6, team=evil, queue=evil)
    answers([3] * 6, team="Ghent", queue=evil)
    for path in ("", "question?measure=nps&by=team", "contacts", "question?measure=nps&by=team&compare=rest"):
        _, html = page(browse("owner"), path)
        assert "&lt;script&gt;" in html
        assert "<script>alert" not in html


def test_no_id_of_a_contact_stands_in_a_page_of_lists(browse, answers):
    answers([10, 9, 3, 4, 8, None], team="Ghent")
    for path in ("", "contacts", "question/contacts?measure=nps"):
        _, html = page(browse("owner"), path)
        assert "+3247000" not in html
        assert "3247000" not in html


def test_contacts_come_in_pages_whose_address_tells_nothing(owner):
    seen, path = [], "contacts?period=all"
    while path:
        answer, html = page(owner, path)
        seen += [line.url for line in answer.context["lines"]]
        after = answer.context["after"]
        path = f"contacts?period=all&after={after}" if after and len(seen) < 200 else ""
        assert not after or "simulated" not in html
    assert len(seen) == len(set(seen)) >= 200


def test_list_can_be_narrowed_by_answer(owner):
    for kind, scores in (("good", {9, 10}), ("middle", {7, 8}), ("bad", set(range(7)))):
        lines = page(owner, f"contacts?period=all&kind={kind}")[0].context["lines"]
        assert lines
        assert {line.score for line in lines} <= scores
    lines = page(owner, "contacts?period=all&kind=not_asked")[0].context["lines"]
    assert lines
    assert all(line.why for line in lines)
    assert {line.score for line in lines} == {None}


def test_contacts_behind_a_row_are_as_many_as_it_says(owner, lake):
    for n, group in ((ask("nps where client=Telvoor", lake).n, "client=Telvoor"),):
        lines = page(owner, f"question/contacts?measure=nps&by=client&group={group}")[0].context["lines"]
        assert len(lines) == min(n, 50) > 5
        assert {line.client for line in lines} == {"Telvoor"}


def test_group_that_the_question_does_not_make_is_refused(owner):
    assert page(owner, "question/contacts?measure=nps&by=client&group=team=x")[0].status_code == 400


@pytest.fixture
def story_url(owner):
    return page(owner, "contacts?period=all&kind=bad")[0].context["lines"][0].url


def test_story_is_told_in_order(owner, story_url):
    answer = owner.get(story_url)
    assert answer.status_code == 200
    moments = answer.context["page"].moments
    at = [moment.at for moment in moments if moment.at]
    assert at == sorted(at)
    told = " ".join(moment.what for moment in moments)
    for part in ("Contact begins", "The customer is asked", "Answer: NPS"):
        assert part in told


def test_links_to_one_contact_are_equal(owner, story_url):
    again = page(owner, "contacts?period=all&kind=bad")[0].context["lines"][0].url
    assert again == story_url


@pytest.mark.parametrize("token", ["x", "AAAA", "%2B32470000001", "a" * 400])
def test_story_of_an_unknown_reference_is_not_found(owner, token):
    assert page(owner, f"contacts/story/{token}")[0].status_code == 404


def test_address_is_shown_to_who_may_see_it_and_the_look_is_recorded(browse, answers, acting, lake_key):
    from klankbord.web.contacts.models import Customer

    answers([3], customer="cust-1", team="Ghent")
    pseudonym = lake_key(acting).pseudonym("cust-1")
    Customer.objects.create(pseudonym=pseudonym, email="jan@voorbeeld.example")
    url = page(browse("owner"), "contacts")[0].context["lines"][0].url
    assert "jan@voorbeeld" not in browse("owner").get(url).content.decode()
    assert not AuditEntry.objects.filter(action="insights.looked_at_address").exists()
    assert "jan@voorbeeld" in browse("owner").post(url).content.decode()
    entry = AuditEntry.objects.get(action="insights.looked_at_address")
    assert (entry.about, entry.details) == (pseudonym, {})
    assert browse("analyst").post(url).status_code == 403
    assert AuditEntry.objects.filter(action="insights.looked_at_address").count() == 1


@pytest.fixture
def lake_key():
    from klankbord.web.kernel.lakes import lake_of

    return lambda organisation: lake_of(organisation).key


@pytest.mark.parametrize("path", ["", "overview/team/x", "question", "question/contacts?measure=nps", "contacts"])
def test_stranger_is_sent_to_sign_in(client, organisation, path):
    answer = client.get(f"/o/{organisation.slug}/{path}")
    assert answer.status_code == 302
    assert "/account/login" in answer["Location"]


def test_member_is_told_what_they_see(browse, answers):
    answers([10] * 6, team="Ghent")
    _, html = page(browse("lead", teams=["Ghent"]), "")
    assert "Only what belongs to: team Ghent." in html
    _, html = page(browse("agent"), "")
    assert "nobody has said which part of the organisation you look after" in html
    _, html = page(browse("owner"), "")
    assert "Only what belongs to" not in html


@pytest.mark.parametrize("path", ["", "contacts"])
def test_an_agent_is_told_why_there_is_nothing_of_theirs(browse, answers, acting, path):
    acting.attribution, acting.attribution_reason = "team", "agreed with the works council"
    acting.save()
    answers([10] * 6, team="Ghent", agent="kim")
    _, html = page(browse("agent", agent="kim"), path)
    assert "does not attribute contacts to agents" in html
    assert "fewer filters" not in html
    _, html = page(browse("agent", agent="kim"), "question?measure=nps")
    assert "nothing can be shown of yours alone" in html
    _, html = page(browse("lead", teams=["Ghent"]), path)
    assert "does not attribute contacts to agents" not in html


def test_service_of_a_few_contacts_is_not_shown_as_that_of_all(browse, answers):
    answers([10] * 9, team="Ghent")
    answers([10] * 3, team="Ghent", offered=True, abandoned=False, wait_s=5, talk_s=60)
    _, html = page(browse("owner"), "?period=all")
    assert "Contacts offered" not in html
    answers([10] * 9, team="Ghent", offered=True, abandoned=False, wait_s=5, talk_s=60)
    _, html = page(browse("owner"), "?period=all")
    assert "Contacts offered" in html
