"""Agents: into which team somebody is put by hand, and forgetting who they are."""

from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from klankbord.web.centre.actions.keeping import UnknownUnitError, hold_register, remembered, require_keeper
from klankbord.web.centre.actions.stays import say_stays, settle
from klankbord.web.centre.events import AgentForgotten
from klankbord.web.centre.models import Agent, Placement, Sighting, Team, TeamSpell
from klankbord.web.centre.rows import Problem, UnitError
from klankbord.web.centre.spells import Stay
from klankbord.web.kernel import audit
from klankbord.web.kernel.access import Actor, Permission
from klankbord.web.kernel.events import emit
from klankbord.web.people.actions import forget_agent_code

PLACED = audit.entry_type("centre.agent_placed", shred=audit.keep_all)
TAKEN_BACK = audit.entry_type("centre.spell_taken_back", shred=audit.keep_all)
FORGOTTEN = audit.entry_type("centre.agent_forgotten", shred=audit.keep_all)


def place_agent(actor: Actor, *, agent: Agent, team: Team, starts_on: date, ends_on: date | None = None) -> None:
    """Say that an agent is in a team from a day on; it goes before what contacts show and before what was said earlier.

    Raises
    ------
    UnitError
        When the last day lies before the first.
    """
    require_keeper(actor)
    if ends_on and ends_on < starts_on:
        raise UnitError(Problem(row=1, column="ends_on", code="ends_before_start"))
    with transaction.atomic():
        hold_register(actor.organisation)
        found, home = _known(agent), _team(team)
        say_stays({found.pk: [Stay(starts_on, ends_on, home.code)]})
        audit.record(
            actor,
            PLACED,
            f"agent {found.pk}",
            team=home.code,
            starts_on=str(starts_on),
            ends_on=ends_on and str(ends_on),
        )


def take_back_spell(actor: Actor, *, spell: TeamSpell) -> None:
    """Take back that an agent was put into a team by hand: what was said before holds again, or what contacts show."""
    require_keeper(actor)
    with transaction.atomic():
        hold_register(actor.organisation)
        found = TeamSpell.objects.filter(pk=spell.pk, by_hand=True, agent__forgotten_at__isnull=True).first()
        if found is None:
            raise UnknownUnitError(
                "this was not kept by hand", hint="put the agent into another team instead", case="centre.not_by_hand"
            )
        said = Placement.objects.filter(agent=found.agent_id, team=found.team_id, starts_on__lte=found.starts_on)
        said.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=found.starts_on)).latest("pk").delete()
        settle([found.agent_id])
        audit.record(actor, TAKEN_BACK, f"agent {found.agent_id}", team=found.team.code)


def forget_agent(actor: Actor, *, agent: Agent) -> None:
    """Forget who an agent is: name, code and days go; that somebody was in a team then stays, about nobody.

    Contacts with the code that still come in do not bring the agent back.
    """
    require_keeper(actor, Permission.MANAGE_PRIVACY)
    with transaction.atomic():
        hold_register(actor.organisation)
        found = _known(agent)
        code = found.code
        found.code, found.name = remembered(actor.organisation, code), ""
        found.active, found.forgotten_at = False, timezone.now()
        found.looked_at = found.looked_at or found.forgotten_at
        found.save()
        Sighting.objects.filter(agent=found).delete()
        forget_agent_code(code)
        audit.record(actor, FORGOTTEN, f"agent {found.pk}")
        emit(AgentForgotten(organisation=actor.organisation, code=code))


def _known(agent: Agent) -> Agent:
    found: Agent | None = Agent.objects.filter(pk=agent.pk, forgotten_at__isnull=True).first()
    if found is None:
        raise UnknownUnitError(
            "there is no such agent here", hint="look whether they were forgotten meanwhile", case="centre.agent_gone"
        )
    return found


def _team(team: Team) -> Team:
    found: Team | None = Team.objects.filter(pk=team.pk).first()
    if found is None:
        raise UnknownUnitError(
            "there is no such team here", hint="look whether somebody else removed it", case="centre.team_gone"
        )
    return found
