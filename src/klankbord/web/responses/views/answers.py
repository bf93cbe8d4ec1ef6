"""Pages of answers for members: the list, one answer with its history, and the decision whether it counts."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from klankbord.voice import redact
from klankbord.web.invitations.steps import next_step
from klankbord.web.kernel.access import Actor, Permission, needs
from klankbord.web.kernel.wording import say, wording
from klankbord.web.responses import queries
from klankbord.web.responses.actions import Decision, decide
from klankbord.web.responses.models import Change, Response
from klankbord.web.responses.occasions import asked_of

_A_PAGE, _EXCERPT = 50, 140
_DECISIONS: tuple[Decision, ...] = ("count", "leave_out", "by_rule")


@needs(Permission.SEE_SURVEYS)
@require_GET
def answer_list(request: HttpRequest) -> HttpResponse:
    """List answers, newest first."""
    actor, wanted = _actor(request), queries.Wanted.of(request.GET)
    page = Paginator(queries.answers(actor, wanted), _A_PAGE).get_page(request.GET.get("page"))
    told = {
        "page": page,
        "lines": [_line(one) for one in page],
        "step": None if page else next_step(actor),
        "wanted": wanted,
        "anonymous": not actor.may(Permission.SEE_RESEARCH),
        "tabs": [
            {"show": show, "label": say(f"responses.shown.{show}"), "current": show == wanted.show}
            for show in queries.shown()
        ],
        "surveys": queries.surveys(actor),
        "channels": [(name, say(f"responses.channels.{name}")) for name in ("email", "web", "qr", "widget")],
    }
    return render(request, "responses/answer_list.html", told)


@needs(Permission.SEE_SURVEYS)
@require_GET
def answer_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one answer: what was said, why it counts or does not, and what became of it."""
    actor = _actor(request)
    response = get_object_or_404(queries.answers(actor), pk=pk)
    told = {
        "answer": _line(response, whole=True),
        "response": response,
        "choices": _choices(response),
        "history": [_step(step) for step in queries.history(response)],
        "decisions": [name for name in _DECISIONS if _can(response, name)] if _may(actor) else [],
    }
    return render(request, "responses/answer_detail.html", told)


@needs(Permission.MANAGE_SURVEYS)
@require_POST
def answer_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide whether an answer counts."""
    actor = _actor(request)
    response = get_object_or_404(queries.answers(actor), pk=pk)
    decision = next((one for one in _DECISIONS if one == request.POST.get("decision")), None)
    if decision:
        decide(actor, response=response, decision=decision)
        messages.success(request, say(f"responses.done.{decision}"))
    return redirect("answer-detail", organisation=actor.organisation.slug, pk=pk)


def reason_of(name: str) -> str:
    """Say why an answer does not count."""
    key = f"responses.reasons.{name}"
    return say(key) if wording().knows(key) else name.replace("_", " ")


def _line(response: Response, *, whole: bool = False) -> dict[str, Any]:
    words = redact(response.comment) if response.comment else ""
    return {
        "pk": response.pk,
        "at": response.answered_at,
        "survey": response.version.survey.name,
        "score": response.score,
        "words": words if whole or len(words) <= _EXCERPT else f"{words[:_EXCERPT].rsplit(' ', 1)[0]} …",
        "language": response.language,
        "channel": _channel(response.channel),
        "team": response.circumstances.get("team", ""),
        "queue": response.circumstances.get("queue", ""),
        "counted": response.counted,
        "why": "" if response.counted else reason_of(response.not_counted_reason),
        "by_hand": response.decided_by_hand,
        "wants_call": response.wants_call,
        "has_contact": "external_id" in response.circumstances,
    }


def _channel(name: str) -> str:
    key = f"responses.channels.{name}"
    return say(key) if wording().knows(key) else name


def _choices(response: Response) -> list[tuple[str, str]]:
    """Return what was chosen, in the words in which it was asked."""
    asked = asked_of(response.version_id, response.language)
    texts = {question.id: (question.text, dict(question.choices)) for question in asked.questions}
    found = []
    for question, chosen in response.choices.items():
        text, known = texts.get(question, (question, {}))
        found.append((text, ", ".join(known.get(choice, choice) for choice in chosen)))
    return found


def _step(step: Change) -> dict[str, Any]:
    key, after = f"responses.history.{step.kind}", step.after
    match step.kind:
        case Change.Kind.DECIDED:
            after = say(f"responses.steps.{'count' if step.after == 'counted' else 'leave_out'}")
        case Change.Kind.WORDS | Change.Kind.IGNORED:
            after = ", ".join(say(f"responses.parts.{part}") for part in step.after.split(",") if part)
            key = key if after else "responses.history.nothing"
        case Change.Kind.SCORE if step.before not in {"", step.after}:
            key += "_anew"
    return {
        "at": step.at,
        "what": say(key, before=step.before, after=after, by=step.by),
        "why": reason_of(step.suspect) if step.suspect else "",
    }


def _can(response: Response, decision: str) -> bool:
    if decision == "by_rule":
        return response.decided_by_hand
    return response.counted is (decision == "leave_out")


def _may(actor: Actor) -> bool:
    return actor.may(Permission.MANAGE_SURVEYS)


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]
