"""Letting go of answers and of the asking for them: when they were kept long enough, and when somebody is erased."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from klankbord.web.centre.actions import pseudonym_of
from klankbord.web.invitations.models import Allowance, Invitation
from klankbord.web.invitations.persons import marks
from klankbord.web.kernel.holdings import Holding, Pseudonyms, hold
from klankbord.web.kernel.lakes import lake_of
from klankbord.web.kernel.models import Organisation
from klankbord.web.responses.models import Change, Response, Visit

_PORTION = 500


def forget_visits(organisation: Organisation, before: datetime) -> int:
    """Forget visits before a moment, and by which visitor anything was sent."""
    with transaction.atomic():
        gone: int = Visit.objects.filter(organisation=organisation, at__lt=before).delete()[0]
        Change.objects.filter(organisation=organisation, at__lt=before).exclude(visitor="").update(visitor="", view="")
        Response.objects.filter(organisation=organisation, changed_at__lt=before).exclude(visitor="").update(visitor="")
    return gone


def forget_answers(organisation: Organisation, before: datetime) -> int:
    """Forget answers that were given before; the lake has a door of its own."""
    gone = Response.objects.filter(organisation=organisation, answered_at__lt=before).delete()
    return int(gone[1].get("responses.Response", 0))


def forget_comments(organisation: Organisation, before: datetime) -> int:
    """Forget what people wrote before; their scores stay."""
    written = Response.objects.filter(organisation=organisation, answered_at__lt=before, comment__isnull=False)
    return int(written.update(comment=None))


def forget_asking(organisation: Organisation, before: datetime) -> int:
    """Forget who was asked before; what they answered stays for as long as answers do."""
    old = Invitation.objects.filter(organisation=organisation, planned_at__lt=before)
    return int(old.delete()[1].get("invitations.Invitation", 0))


def forget_agent(organisation: Organisation, code: str) -> int:
    """Forget an agent in what contacts were when they were asked about; return in how many; their weeks go, too."""
    codes, count = _written(organisation, code), 0
    Allowance.objects.filter(organisation=organisation, agent__in=codes).delete()
    for model in (Invitation, Response):
        known = Q(circumstances__agent__in=codes)
        for one in codes:
            known |= Q(circumstances__agents__icontains=one)
        for row in model.objects.filter(known, organisation=organisation).iterator(chunk_size=_PORTION):
            count += _taken_out(row, codes)
    return count


def _written(organisation: Organisation, code: str) -> set[str]:
    """Return a code as it was written anywhere here: as the centre knew it, as a pseudonym, or otherwise."""
    key = lake_of(organisation).key
    pseudonym, found = pseudonym_of(key, code), {code}
    places = ((Allowance, "agent"), (Invitation, "circumstances__agent"), (Response, "circumstances__agent"))
    for model, name in places:
        rows = model.objects.filter(organisation=organisation).order_by().values_list(name, flat=True)
        found |= {one for one in rows.distinct() if one and key.pseudonym(one) == pseudonym}
    return found | {pseudonym}


def _taken_out(row: Invitation | Response, codes: set[str]) -> bool:
    then = row.circumstances
    own = {"agent": ""} if then.get("agent") in codes else {}
    now = then | own | {"agents": [agent for agent in then.get("agents", ()) if agent not in codes]}
    if now == {"agents": []} | then:
        return False
    row.circumstances = now
    row.lake_version += 1
    row.save(update_fields=["circumstances", "lake_version"])
    return True


def _asked_of(pseudonyms: Pseudonyms) -> "QuerySet[Invitation]":
    """Return how a customer was asked; the mark still finds them when their own row has gone before."""
    found: QuerySet[Invitation] = Invitation.objects.filter(
        Q(customer__pseudonym__in=pseudonyms) | Q(person__in=marks(pseudonyms))
    )
    return found


def _answers_of(pseudonyms: Pseudonyms) -> "QuerySet[Response]":
    found: QuerySet[Response] = Response.objects.filter(
        Q(customer__in=pseudonyms) | Q(invitation__in=_asked_of(pseudonyms).values("pk"))
    )
    return found


def _tell_asking(pseudonyms: Pseudonyms) -> list[dict[str, Any]]:
    return list(map(_invitation_told, _asked_of(pseudonyms).select_related("survey").order_by("id")))


def _tell_answers(pseudonyms: Pseudonyms) -> list[dict[str, Any]]:
    return [_answer_told(one) for one in _answers_of(pseudonyms).select_related("version__survey")]


def _forget_asking(pseudonyms: Pseudonyms) -> None:
    """Forget asking, visits and answers; that they must not be asked stays, as a mark that leads to nobody."""
    with transaction.atomic():
        _answers_of(pseudonyms).delete()
        _asked_of(pseudonyms).delete()


ASKING = hold(
    Holding(
        name="responses.asking",
        count=lambda pseudonyms: _asked_of(pseudonyms).count(),
        tell=_tell_asking,
        forget=_forget_asking,
    )
)
ANSWERS = hold(
    Holding(
        name="responses.answers",
        count=lambda pseudonyms: _answers_of(pseudonyms).count(),
        tell=_tell_answers,
        forget=_forget_asking,
    )
)


def _invitation_told(one: Invitation) -> dict[str, Any]:
    moments = ("planned_at", "sent_at", "delivered_at", "bounced_at", "opened_at", "started_at", "reminded_at")
    told = {name: getattr(one, name) for name in ("channel", "language", "state", "reason", *moments)}
    return {"survey": one.survey.name if one.survey else "", **told, **one.circumstances}


def _answer_told(one: Response) -> dict[str, Any]:
    names = ("metric", "score", "comment", "choices", "wants_call", "language", "channel", "status", "counted")
    told = {name: getattr(one, name) for name in (*names, "not_counted_reason", "answered_at", "changed_at")}
    return {"survey": one.version.survey.name, **one.circumstances, **told, "history": dict(_history(one))}


def _history(one: Response) -> Iterator[tuple[str, str]]:
    for step in Change.objects.filter(response=one):
        told = (step.kind, step.before, step.after, step.suspect)
        yield f"{step.at:%Y-%m-%d %H:%M:%S}", " ".join(filter(None, told))
