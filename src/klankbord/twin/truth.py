"""What is true of a simulated centre, as it stands in truth.json: parameters, effects, agents, and what came out."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from klankbord.twin.customers import Customers
from klankbord.twin.experience import mood_on_score
from klankbord.twin.happenings import KINDS
from klankbord.twin.outcomes import Accounts
from klankbord.twin.tally import Tally
from klankbord.twin.world import WARM_UP, World


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What is true, and what came out.

    Parameters
    ----------
    asked : mapping
        What the simulation was asked for: contacts, months, seed, preset and the like.
    parameters : mapping
        Every parameter, by mechanism.
    effects : mapping
        The true effects that follow from them, by name.
    agents : sequence of mapping
        Each agent's true skill and what it is worth.
    events : sequence of mapping
        Each event and its true effect.
    realised : mapping
        What came out: counts, true and observed NPS, overall and by month.
    tables : mapping
        Rows written by table.
    """

    asked: Mapping[str, Any]
    parameters: Mapping[str, Any]
    effects: Mapping[str, Any]
    agents: list[dict[str, Any]]
    events: list[dict[str, Any]]
    realised: Mapping[str, Any]
    tables: Mapping[str, int]

    def to_dict(self) -> dict[str, Any]:
        """Return everything, ready for JSON."""
        return {name: getattr(self, name) for name in self.__slots__}

    def save(self, file: Path) -> None:
        """Write it as JSON."""
        text = json.dumps(self.to_dict(), indent=1, ensure_ascii=False, allow_nan=False)
        file.write_text(text + "\n", encoding="utf-8")


def tell(
    world: World,
    customers: Customers,
    accounts: Accounts,
    tally: Tally,
    asked: Mapping[str, Any],
    tables: Mapping[str, int],
) -> Truth:
    """Return the truth about a simulation that is over."""
    told = world.parameters
    slope = tally.nps_slope()
    resolved = told.repeats.resolved
    # Skill works directly, and by what it resolves: the slope of the logistic curve times what resolution is worth.
    skill = told.experience.skill - told.repeats.skill_effect * resolved * (1 - resolved) * told.experience.unresolved
    effects = {
        "wait": told.experience.wait,
        "unresolved": told.experience.unresolved,
        "transfer": told.transfers.experience,
        "skill_direct": told.experience.skill,
        "skill_in_all": skill,
        "agent_sd_nps_points": skill * told.agents.skill_sd * slope,
        "mood_carry_over": told.mood.carry_over,
        "agent_mood_on_score": mood_on_score(told),
        "customer_mood_on_agent": told.mood.catching,
        "elements": {"paths": told.elements.to_dict()["paths"], "on_experience": told.elements.on_experience},
        "touchpoints": dict(zip(world.organisation.touchpoints, world.differences.touchpoint.tolist(), strict=True)),
        "queues": dict(zip(world.organisation.queues, world.differences.queue.tolist(), strict=True)),
        "nps_points_by_score_point": slope,
    }
    return Truth(
        asked=dict(asked) | {"customers": len(customers), "outcomes_panel": accounts.fraction},
        parameters=told.to_dict(),
        effects=effects,
        agents=_agents(world, skill, slope),
        events=_events(world),
        realised=tally.to_dict(),
        tables=dict(tables),
    )


def _agents(world: World, skill: float, slope: float) -> list[dict[str, Any]]:
    organisation = world.organisation
    return [
        {
            "agent": organisation.agent_ids[code],
            "team": organisation.teams[organisation.agent_team[code]],
            "skill": float(organisation.agent_skill[code]),
            "score_points": float(skill * organisation.agent_skill[code]),
            "nps_points": float(skill * organisation.agent_skill[code] * slope),
            "prediction_bias": float(world.differences.agent_bias[code]),
            "prediction_insight": float(world.differences.agent_insight[code]),
        }
        for code in range(len(organisation.agent_ids))
    ]


def _events(world: World) -> list[dict[str, Any]]:
    happened = world.happened
    return [
        {
            "external_id": f"e{number:06d}",
            "kind": KINDS[happened.kind[number]],
            "severity": int(happened.severity[number]),
            "score_points": float(happened.experience[number]),
            "extra_contacts": float(happened.volume[number]),
        }
        for number in range(len(happened))
        if happened.started_day[number] >= WARM_UP
    ]
