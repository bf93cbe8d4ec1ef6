import re
from types import SimpleNamespace

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.translation import override


def shown(source, address="/", **context):
    request = RequestFactory().get(address)
    return Template("{% load interface say trend %}" + source).render(Context({"request": request, **context}))


def words(markup):
    return " ".join(re.sub(r"<[^>]+>", " ", markup).split())


class Invitation(forms.Form):
    address = forms.EmailField(label="Address", help_text="Where it goes")
    remark = forms.CharField(label="Remark", required=False)
    level = forms.ChoiceField(label="Level", choices=[("team", "Team"), ("named", "Named")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label="Agreed")
    hidden = forms.CharField(widget=forms.HiddenInput, required=False)


WHOLE = "{% form_errors form %}{% for bound in form %}{% field bound %}{% endfor %}"


def test_a_strip_places_its_value_on_the_scale_and_says_it():
    strip = shown("{% interval_strip -50 0 50 %}")
    assert 'd="M38.0 4.5v7m0-3.5H114.0m0-3.5v7"' in strip
    assert 'cx="76.0"' in strip
    assert 'aria-label="0, between −50 and +50"' in strip


def test_a_strip_ends_where_its_scale_ends():
    strip = shown("{% interval_strip -140 -120 -90 %}")
    assert 'cx="0.0"' in strip
    assert "M0.0 " in strip


@pytest.mark.parametrize("language", ["nl", "fr", "de"])
def test_shapes_are_not_written_as_the_language_writes_numbers(language):
    with override(language):
        drawn = shown("{% interval_strip 24.5 31.2 38.9 %}{% share_bar 1 1 1 %}{% bar 1 3 %}")
    places = re.findall(r' (?:x|x1|x2|cx|width)="([^"]*)"', drawn)
    assert places
    assert not [place for place in places if "," in place]


def test_an_estimate_never_stands_without_its_doubt():
    with override("nl"):
        text = words(shown('{% estimate "NPS" 31 24 38 1204 %}'))
    assert "+31" in text
    assert "+24 tot +38" in text
    assert "1.204 antwoorden" in text


def test_an_estimate_of_a_share_is_a_percentage():
    drawn = shown('{% estimate "CSAT" 82.4 79.9 84.7 968 share=True %}')
    assert "82%" in drawn
    assert "80% to 85%" in drawn


def test_a_share_bar_says_its_shares_in_words():
    assert words(shown("{% share_bar 5 3 2 %}")) == "Promoters 50% Passives 30% Detractors 20%"


def test_a_share_bar_of_nobody_is_empty():
    assert shown("{% share_bar 0 0 0 %}").count('width="0.00%"') == 3


def test_a_field_is_tied_to_its_help_and_its_errors():
    page = shown(WHOLE, form=Invitation({"address": "nobody"}))
    described = re.search(r'<input type="email"[^>]*aria-describedby="([^"]+)"', page)
    assert described
    assert described[1].split() == ["id_address_helptext", "id_address_error"]
    assert all(f'id="{one}"' in page for one in described[1].split())


def test_every_error_in_the_summary_leads_to_an_element():
    page = shown(WHOLE, form=Invitation({}))
    targets = re.findall(r'<a href="#([^"]+)">', page)
    assert targets == ["id_address", "id_level", "id_agreed"]
    assert all(f'id="{target}"' in page for target in targets)


def test_a_form_without_errors_has_no_summary():
    assert "error-summary" not in shown(WHOLE, form=Invitation())


def test_a_choice_is_a_fieldset_and_an_optional_field_says_so():
    page = shown(WHOLE, form=Invitation())
    assert re.search(r"<fieldset[^>]*>\s*<legend>Level</legend>", page)
    assert re.search(r'Remark <span class="optional">\(optional\)</span>', page)
    assert page.count("(optional)") == 1


def test_pages_keep_the_rest_of_the_address():
    page = Paginator(range(1204), 50).page(3)
    drawn = shown("{% pagination page %}", "/?team=Gent&page=3", page=page)
    assert 'href="?team=Gent&amp;page=4"' in drawn
    assert "101 to 150 of 1,204" in drawn
    assert drawn.count('aria-current="page"') == 1


def test_a_single_page_offers_no_other():
    assert "<a " not in shown("{% pagination page %}", page=Paginator(range(3), 50).page(1))


def test_pages_without_numbers_lead_on_and_back_to_the_newest():
    drawn = shown("{% onward after %}", "/?team=Gent&after=x", after="2026-11-17 13:40")
    assert 'href="?team=Gent"' in drawn
    assert 'href="?team=Gent&amp;after=2026-11-17+13%3A40"' in drawn
    assert not shown("{% onward after %}", after=None).strip()


@pytest.mark.parametrize(
    ("numeric", "before", "after"),
    [
        (False, "", "when"),
        (False, "when", "-when"),
        (False, "-when", "when"),
        (True, "", "-when"),
        (True, "-when", "when"),
    ],
)
def test_a_heading_sorts_and_turns_round(numeric, before, after):
    drawn = shown('{% sortable "When" "when" numeric=numeric %}', f"/?sort={before}&page=4", numeric=numeric)
    assert f'href="?sort={after}"' in drawn
    assert ("aria-sort" in drawn) is bool(before)


def test_a_verdict_has_a_word_for_every_kind():
    said = [words(shown(f'{{% verdict "{kind}" %}}')) for kind in ("real", "unclear", "noise", "few")]
    assert said == ["real", "unclear", "within noise", "too few to compare"]


def test_what_somebody_wrote_is_not_markup():
    assert "<b>" not in shown('{% notice_box "info" text %}{% empty text text %}', text="<b>")


def month(label, value):
    return SimpleNamespace(
        label=label,
        value=value,
        low=None if value is None else value - 5,
        high=None if value is None else value + 5,
        n=40,
    )


def test_a_trend_is_not_drawn_where_nothing_is_known_but_told():
    points = [month("jan", 20), month("feb", None), month("mar", 24), month("apr", 26)]
    drawn = shown('{% trend "NPS" points %}', points=points)
    wide = re.search(r'<svg class="wide".*?</svg>', drawn, re.DOTALL)
    assert wide
    assert wide[0].count("<polyline") == 2
    assert wide[0].count("<circle") == 3
    assert drawn.count('<th scope="row">') == 4


def test_a_trend_of_too_few_answers_is_only_a_table():
    drawn = shown('{% trend "NPS" points %}', points=[month("jan", None)])
    assert "<polyline" not in drawn
    assert '<th scope="row">jan</th>' in drawn


def test_a_trend_of_one_period_is_a_point():
    assert shown('{% trend "NPS" points %}', points=[month("jan", 100)]).count("<circle") == 2


def test_a_trend_without_points_says_nothing():
    assert "<polyline" not in shown('{% trend "NPS" points %}', points=[])
