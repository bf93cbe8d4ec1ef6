"""Pages of the centre: what it consists of, a unit, and bringing in a file."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from klankbord.errors import KlankbordError
from klankbord.web.centre import actions, queries, shown
from klankbord.web.centre.access import may_name_agents, require_names
from klankbord.web.centre.filters import Filters
from klankbord.web.centre.forms import FileForm, PlacingForm, UnitForm
from klankbord.web.centre.kinds import KINDS, Kind
from klankbord.web.centre.models import Agent, BroughtFile, Team, TeamSpell, Unit
from klankbord.web.centre.rows import UnitError
from klankbord.web.centre.tables import read_units
from klankbord.web.kernel.access import Actor, Permission, needs
from klankbord.web.kernel.wording import in_words, say

_A_PAGE = 50
_P = Permission


@needs(_P.SEE_CENTRE)
def overview(request: HttpRequest) -> HttpResponse:
    """Say how many units of each kind there are, and what came in with contacts and nobody has looked at."""
    actor = _actor(request)
    tallies = queries.tallies(actor)
    context = {
        "rows": shown.tally_rows(actor, tallies),
        "is_empty": not any(tally.units for tally in tallies),
        "has_news": any(tally.news for tally in tallies),
        "may_keep": actor.may(_P.MANAGE_CENTRE),
    }
    return render(request, "centre/overview.html", context)


@needs(_P.SEE_CENTRE)
def unit_list(request: HttpRequest, kind: str) -> HttpResponse:
    """List the units of a kind."""
    found = _kind(request, kind)
    filters = Filters.of(request.GET, found)
    page = _page(request, filters.applied(queries.listed(_actor(request), found)))
    context = _about(request, found) | {
        "page": page,
        "rows": shown.listing(found, list(page)),
        "filters": filters,
        "tabs": filters.tabs(),
    }
    return render(request, "centre/unit_list.html", context)


@needs(_P.SEE_CENTRE)
def unit_detail(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Show a unit, what belongs to it, and of teams and agents who was where when."""
    found = _kind(request, kind)
    unit = get_object_or_404(queries.listed(_actor(request), found), pk=pk)
    context = _about(request, found, unit) | {
        "cells": shown.cells(found, unit),
        "belonging": [
            {"kind": name, "words": shown.words(KINDS[name]), "count": count}
            for name, count in queries.belonging(_actor(request), found, unit).items()
        ],
    }
    return render(request, "centre/unit_detail.html", context | _spells(request, unit))


@needs(_P.MANAGE_CENTRE)
def unit_new(request: HttpRequest, kind: str) -> HttpResponse:
    """Add a unit by hand."""
    found = _kind(request, kind)
    form = UnitForm(request.POST or None, kind=found)
    if form.is_valid() and _is_kept(request, form, found, form.values(), only_new=True):
        return _back(request, found)
    return render(request, "centre/unit_form.html", _about(request, found) | {"form": form})


@needs(_P.MANAGE_CENTRE)
def unit_edit(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Change what is kept of a unit."""
    found = _kind(request, kind)
    unit = _unit(request, found, pk)
    form = UnitForm(request.POST or None, kind=found, unit=unit)
    if form.is_valid() and _is_kept(request, form, found, form.values() | {"code": unit.code}):
        return _back(request, found, unit)
    return render(request, "centre/unit_form.html", _about(request, found, unit) | {"form": form})


@needs(_P.MANAGE_CENTRE)
@require_POST
def unit_looked_over(request: HttpRequest, kind: str) -> HttpResponse:
    """Note that somebody has looked at what came in."""
    found = _kind(request, kind)
    actions.look_over(_actor(request), kind=found)
    messages.success(request, say("centre.done.looked_over"))
    return _back(request, found)


@needs(_P.MANAGE_CENTRE)
def agent_place(request: HttpRequest, pk: int) -> HttpResponse:
    """Put an agent into a team."""
    kind = _kind(request, "agent")
    agent = _unit(request, kind, pk)
    form = PlacingForm(request.POST or None, actor=_actor(request))
    if form.is_valid():
        try:
            actions.place_agent(_actor(request), agent=agent, **form.cleaned_data)
        except UnitError as error:
            form.add_error(error.problem.column, error.message)
        else:
            return _back(request, kind, agent)
    return render(request, "centre/agent_place.html", _about(request, kind, agent) | {"form": form})


@needs(_P.MANAGE_CENTRE)
@require_POST
def spell_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back that an agent was put into a team."""
    kind = _kind(request, "agent")
    spell = get_object_or_404(TeamSpell.objects.select_related("agent"), pk=pk)
    actions.take_back_spell(_actor(request), spell=spell)
    return _back(request, kind, spell.agent)


@needs(_P.MANAGE_PRIVACY)
def agent_forget(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget who an agent is, after asking."""
    kind = _kind(request, "agent")
    agent = _unit(request, kind, pk)
    if request.method == "POST":
        actions.forget_agent(_actor(request), agent=agent)
        messages.success(request, say("centre.done.forgotten"))
        return _back(request, kind)
    return render(request, "centre/agent_forget.html", _about(request, kind, agent))


@needs(_P.MANAGE_CENTRE)
def file(request: HttpRequest) -> HttpResponse:
    """Take a file with units and go on to its dry run."""
    form = FileForm(request.POST or None, request.FILES or None, initial={"kind": request.GET.get("kind", "agent")})
    if form.is_valid():
        try:
            held = _held(request, form)
        except KlankbordError as error:
            form.add_error("file", str(in_words(error)))
        else:
            return redirect("centre-file-check", organisation=_actor(request).organisation.slug, pk=held.pk)
    columns = [{"words": shown.words(kind), "columns": kind.columns} for kind in KINDS.values()]
    return render(request, "centre/file.html", {"form": form, "kinds": columns})


@needs(_P.MANAGE_CENTRE)
def file_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what would become of a file, and bring it in."""
    held = get_object_or_404(BroughtFile, pk=pk, user_id=_actor(request).id)
    if request.method == "POST":
        brought = actions.bring_in(_actor(request), file=held)
        messages.success(request, say("centre.done.brought_in", n=brought.count("new") + brought.count("changed")))
        return _back(request, KINDS[held.kind])
    brought = actions.try_file(_actor(request), file=held)
    context = _about(request, KINDS[held.kind]) | {
        "outcome": shown.outcome(brought),
        "problems": [{"problem": one, "column": shown.column(one.column)} for one in brought.problems],
        "reading": shown.reading(held),
    }
    return render(request, "centre/file_check.html", context)


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]


def _kind(request: HttpRequest, name: str) -> Kind:
    if name not in KINDS:
        raise Http404
    if KINDS[name].personal:
        require_names(_actor(request))
    return KINDS[name]


def _unit(request: HttpRequest, kind: Kind, pk: int) -> Any:
    return get_object_or_404(queries.units(_actor(request), kind), pk=pk)


def _about(request: HttpRequest, kind: Kind, unit: Unit | None = None) -> dict[str, Any]:
    """Return what every page about a unit needs."""
    actor = _actor(request)
    return {
        "kind": kind,
        "words": shown.words(kind),
        "unit": unit,
        "name": shown.name_of(unit) if unit else "",
        "is_forgotten": getattr(unit, "forgotten_at", None) is not None,
        "may_keep": actor.may(_P.MANAGE_CENTRE),
        "may_forget": kind.personal and actor.may(_P.MANAGE_PRIVACY),
    }


def _spells(request: HttpRequest, unit: Unit) -> dict[str, Any]:
    """Return who is or was in a team, or in which teams an agent was; other kinds have neither."""
    actor = _actor(request)
    if isinstance(unit, Agent):
        page = _page(request, queries.teams_of(actor, unit))
        return {"page": page, "spells": shown.spells(list(page), of="team"), "spell_kind": "team"}
    if not isinstance(unit, Team):
        return {}
    before = request.GET.get("when") == "before"
    page = _page(request, queries.members(actor, unit, before=before))
    return {
        "page": page,
        "spells": shown.spells(list(page), of="agent"),
        "spell_kind": "agent",
        "before": before,
        "counts": queries.member_counts(actor, unit),
        "names_agents": may_name_agents(actor),
    }


def _page(request: HttpRequest, rows: QuerySet[Any]) -> Page[Any]:
    return Paginator(rows, _A_PAGE).get_page(request.GET.get("page"))


def _is_kept(
    request: HttpRequest, form: UnitForm, kind: Kind, values: dict[str, object], *, only_new: bool = False
) -> bool:
    """Keep what was filled in, or say at the field why that cannot be."""
    try:
        actions.put_unit(_actor(request), kind=kind, only_new=only_new, **values)
    except UnitError as error:
        column = error.problem.column
        form.add_error(column if column in form.fields else None, f"{error.message} {error.hint}")
        return False
    messages.success(request, say("centre.done.kept"))
    return True


def _held(request: HttpRequest, form: FileForm) -> BroughtFile:
    kind = KINDS[form.cleaned_data["kind"]]
    return actions.hold_file(_actor(request), kind=kind, reading=read_units(form.cleaned_data["file"], kind))


def _back(request: HttpRequest, kind: Kind, unit: Unit | None = None) -> HttpResponse:
    slug = _actor(request).organisation.slug
    # Somebody may keep agents by file without seeing them by name.
    if kind.personal and not may_name_agents(_actor(request)):
        return redirect("centre", organisation=slug)
    if unit is None:
        return redirect("unit-list", organisation=slug, kind=kind.name)
    return redirect("unit-detail", organisation=slug, kind=kind.name, pk=unit.pk)
