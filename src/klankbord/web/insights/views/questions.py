"""One question and its answer, and the contacts behind it."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from klankbord.errors import ColumnError, OptionError
from klankbord.web.insights import downloads
from klankbord.web.insights.addresses import Addresses
from klankbord.web.insights.answered import Answered, answered
from klankbord.web.insights.asked import Asked
from klankbord.web.insights.behind import Behind
from klankbord.web.insights.composing import QuestionForm, measure_title, measures_to_ask, periods_to_ask
from klankbord.web.insights.listing import shown
from klankbord.web.insights.naming import Names
from klankbord.web.insights.phrases import asked as in_words
from klankbord.web.insights.promise import looks_at_answers
from klankbord.web.insights.queries import Look
from klankbord.web.insights.references import place_in
from klankbord.web.insights.requests import Request
from klankbord.web.kernel.access import Permission, needs


@needs(Permission.SEE_NUMBERS)
@require_GET
def question(request: Request) -> HttpResponse:
    """Show one question with its answer, and the form to ask another."""
    look = Look.of(request.actor)
    try:
        asked = Asked.read(request.GET)
        page = answered(look, asked, Names()) if asked else None
    except (ColumnError, OptionError) as error:
        told = _told(request, look, None) | {"error": error}
        return render(request, "insights/question.html", told, status=400)
    if page and request.GET.get("format") in {"csv", "json"}:
        return _download(page, request.GET["format"])
    return render(request, "insights/question.html", _told(request, look, page))


@needs(Permission.SEE_CONTACTS)
@require_GET
def contacts_behind(request: Request) -> HttpResponse:
    """Show the contacts that a number counts."""
    asked = Asked.read(request.GET)
    if asked is None:
        raise Http404
    look, names, behind = Look.of(request.actor), Names(), Behind.read(request.GET, asked.question)
    found = look.behind(
        asked.question, group=behind.group, part=behind.part or None, after=place_in(request.actor, request.GET)
    )
    told = {
        "in_words": in_words(asked.question, look.answer(asked.question), names),
        "title": measure_title(asked.question.definition),
        "question_url": Addresses(organisation=request.actor.organisation).question(asked.question),
        "group": behind.words(names),
        "parts": behind.tabs(request.GET),
        "anonymous": look.keeps_any and looks_at_answers(asked.question),
    }
    return render(request, "insights/contacts_behind.html", told | shown(request.actor, found, names))


def _told(request: Request, look: Look, page: Answered | None) -> dict[str, object]:
    addresses = Addresses(organisation=look.actor.organisation)
    return {
        "page": page,
        "form": QuestionForm(look, page.asked.question if page else None, request.GET),
        "periods": periods_to_ask(),
        "measures": measures_to_ask(addresses) if page is None else [],
        "words": str(page.asked.question) if page else request.GET.get("words", ""),
        "start": addresses.of("question"),
        "here": f"?{page.asked.question.to_query()}" if page else "?",
    }


def _download(page: Answered, form: str) -> HttpResponse:
    actor, answer = page.look.actor, page.answer
    text = downloads.as_csv(answer) if form == "csv" else downloads.as_json(actor, answer)
    kind = "text/csv; charset=utf-8" if form == "csv" else "application/json"
    name = f"{answer.definition.name}.{form}"
    return HttpResponse(text, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
