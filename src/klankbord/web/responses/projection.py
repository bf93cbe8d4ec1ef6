"""Answers, and what became of each contact, into the lake: with every projection of contacts, as they go themselves."""

from collections.abc import Iterable, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from klankbord.lake import Lake, bring_rows
from klankbord.web.contacts.beside import Beside, Level, brings
from klankbord.web.contacts.staging import changed, fetched, for_change, staged
from klankbord.web.invitations.models import Invitation, Passed
from klankbord.web.kernel.events import emit
from klankbord.web.kernel.lakes import lake_of
from klankbord.web.kernel.models import Organisation
from klankbord.web.responses.events import AnswersArrived, AnswersChanged
from klankbord.web.responses.lake_rows import answers_as_rows, months_of_answer, stages_as_rows
from klankbord.web.responses.models import Response

BATCH: Final = 5_000
_AHEAD: Final = Q(lake_version__gt=F("projected_version"))
_MODELS: Final = (Invitation, Passed, Response)


def ahead(model: type[Any]) -> "QuerySet[Any]":
    """Return the rows of which the lake does not know the newest state."""
    found: QuerySet[Any] = model.objects.filter(_AHEAD)
    if model is Response:
        return found
    # The contact itself goes first: a row of its stages alone would be a contact of nobody.
    there = Q(contact__projected_version__gt=0)
    return found.filter(there | Q(contact=None)) if model is Invitation else found.filter(there)


def waiting() -> set[int]:
    """Return the organisations of which something is ahead."""
    return {one for model in _MODELS for one in ahead(model).values_list("organisation", flat=True).order_by()}


def bring(organisation: Organisation) -> int:
    """Bring a portion of what is ahead, and return how many rows that was."""
    portions = {model: list(_read(ahead(model))[:BATCH]) for model in _MODELS}
    count = max(map(len, portions.values()))
    if count:
        _bring(lake_of(organisation), [*portions[Invitation], *portions[Passed]], portions[Response])
        for model, rows in portions.items():
            settle(model, rows)
        _tell(organisation, portions[Response])
    return count


def refill(fresh: Lake, organisation: Organisation, level: Level) -> None:
    """Bring everything into a lake that has the contacts and nothing of ours."""
    del organisation  # it is acted in
    for model in _MODELS:
        last = 0
        while rows := list(_read(model.objects.filter(pk__gt=last))[:BATCH]):
            answers = rows if model is Response else []
            _bring(fresh, [] if answers else rows, answers, level)
            last = rows[-1].pk


def _read(rows: "QuerySet[Any]") -> "QuerySet[Any]":
    rows = rows.order_by("pk")
    if rows.model is Response:
        return rows.select_related("version__survey")
    if rows.model is Passed:
        return rows.select_related("contact")
    return rows.select_related("contact", "survey", "version").defer("version__content")


def _bring(lake: Lake, asked: Sequence[Any], answers: Sequence[Response], level: Level | None = None) -> None:
    zone = ZoneInfo(lake.settings.zone)
    about = [one for one in asked if one.contact is not None]
    months = {month for one in about for month in _months_of_contact(one.contact)}
    months |= {month for answer in answers for month in months_of_answer(answer, zone)}
    bring_rows(
        lake,
        contacts=stages_as_rows(about),
        responses=answers_as_rows(answers, level),
        customers="pseudonyms",
        months=months,
        name="answers",
    )


def _months_of_contact(contact: Any) -> Iterable[str]:
    return f"{contact.lake_month} {contact.earlier_months}".split()


def settle(model: type[Any], rows: Sequence[Any]) -> None:
    """Write down which versions the lake has; where a row changed meanwhile, it stays ahead."""
    if not rows:
        return
    table = connection.ops.quote_name(model._meta.db_table)  # noqa: SLF001  Django's own door
    versions = [(row.pk, row.lake_version) for row in rows]
    with transaction.atomic(), staged(model, ("id", "lake_version"), versions) as came:
        fetched(f"select 1 from {table} where id in (select id from {came}) order by id {for_change()}")  # noqa: S608  names are ours
        changed(
            f"update {table} as t set projected_version = came.lake_version from {came} as came where t.id = came.id"  # noqa: S608
        )


def _tell(organisation: Organisation, answers: Sequence[Response]) -> None:
    fresh = [answer for answer in answers if answer.projected_version == 0]
    others = [answer for answer in answers if answer.projected_version]
    for kind, some in ((AnswersArrived, fresh), (AnswersChanged, others)):
        if some:
            surveys = tuple(sorted({answer.version.survey.code for answer in some}))
            counted = sum(answer.counted for answer in some)
            emit(kind(organisation=organisation, count=len(some), counted=counted, surveys=surveys))


def register() -> None:
    """Have the projection of contacts bring what this room has."""
    brings("responses", Beside(waiting=waiting, bring=bring, refill=refill))
