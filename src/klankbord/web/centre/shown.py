"""How units are shown: the columns of a kind and what stands in them, in the language that is being spoken."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from klankbord.charts.formats import NO_VALUE
from klankbord.web.centre.access import may_name_agents
from klankbord.web.centre.actions import Brought
from klankbord.web.centre.kinds import KINDS, Kind
from klankbord.web.centre.models import Agent, BroughtFile, Team, TeamSpell, Unit
from klankbord.web.centre.queries import Tally
from klankbord.web.centre.rows import Reading
from klankbord.web.kernel.access import Actor
from klankbord.web.kernel.wording import say, wording


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands under a heading."""

    label: str
    text: str
    is_number: bool = False


def words(kind: Kind) -> dict[str, str]:
    """Return what a kind is called and what is said of it."""
    return wording().table(f"centre.kinds.{kind.name}")


def tally_rows(actor: Actor, tallies: Sequence[Tally]) -> list[dict[str, Any]]:
    """Return the kinds as rows of a table, with a link where the actor may see the units."""
    rows: list[dict[str, Any]] = []
    for tally in tallies:
        kind = KINDS[tally.kind]
        slug, is_open = actor.organisation.slug, not kind.personal or may_name_agents(actor)
        url = reverse("unit-list", kwargs={"organisation": slug, "kind": kind.name}) if is_open else ""
        told = say(f"centre.kinds.{kind.name}.news", n=tally.news) if tally.news else ""
        rows.append({"tally": tally, "words": words(kind), "url": url, "news": told})
    return rows


def cells(kind: Kind, unit: Unit) -> list[Cell]:
    """Return what is shown of a unit beside its name and code."""
    shown = [Cell(say(f"centre.columns.{column}"), _text(column, unit)) for column in kind.fields]
    if kind.model is Agent:
        shown.append(Cell(say("centre.columns.now_in"), getattr(unit, "now_in", None) or NO_VALUE))
    if kind.model is Team:
        shown.append(
            Cell(say("centre.columns.agents"), wording().formats.count(getattr(unit, "agents", 0)), is_number=True)
        )
    return shown


def name_of(unit: Unit) -> str:
    """Return a unit's name; somebody who was forgotten has none."""
    return say("centre.agents.forgotten") if getattr(unit, "forgotten_at", None) else str(unit)


def listing(kind: Kind, units: Sequence[Any]) -> list[dict[str, Any]]:
    """Return units as the rows of a list."""
    return [{"unit": unit, "name": name_of(unit), "cells": cells(kind, unit)} for unit in units]


def spells(rows: Sequence[TeamSpell], *, of: str) -> list[dict[str, Any]]:
    """Return spells as the rows of a list: who or where, from when until when, and how it is known."""
    return [
        {"spell": spell, "unit": getattr(spell, of), "name": name_of(getattr(spell, of)), "period": period(spell)}
        for spell in rows
    ]


def period(spell: TeamSpell) -> str:
    """Say from when until when a spell lasts."""
    if spell.ends_on is None:
        return say("centre.spells.since", start=spell.starts_on)
    if spell.ends_on == spell.starts_on:
        return say("centre.spells.one_day", start=spell.starts_on)
    return say("centre.spells.between", start=spell.starts_on, end=spell.ends_on)


def outcome(brought: Brought) -> dict[str, Any]:
    """Return what becomes of a file in numbers, and its lines that do something."""
    counts = {verdict: brought.count(verdict) for verdict in ("new", "changed", "unchanged")}
    lines = [
        {"line": line, "verdict": say(f"centre.verdicts.{line.verdict}"), "columns": _listed(line.columns)}
        for line in brought.lines
        if line.verdict != "unchanged"
    ]
    return {**counts, "left_out": len(brought.problems), "lines": lines}


def column(name: str) -> str:
    """Return what a column is called; a row that is none has no column."""
    return say(f"centre.columns.{name}") if name else ""


def reading(file: BroughtFile) -> dict[str, Any]:
    """Return what was passed over in a file, and what had to be assumed."""
    told = Reading.from_json(file.reading)
    return {"unread": ", ".join(told.unread), "notices": [wording().notice(notice) for notice in told.notices]}


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(say(f"centre.columns.{column}") for column in columns)


def _text(column: str, unit: Unit) -> str:
    value = getattr(unit, column)
    if value in {None, ""}:
        return NO_VALUE
    if column in KINDS:
        return name_of(value)
    if column == "channel":
        return say(f"centre.channels.{value}")
    return say("centre.seconds", n=value)
