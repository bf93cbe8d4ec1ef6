"""All parameters of the simulated centre as one value; the mechanisms themselves are described beside this file."""

from dataclasses import dataclass, field, fields, replace
from typing import Any

from klankbord.errors import OptionError, nearest
from klankbord.twin.parameters.asking import Asking, CommentStyle, Predictions, Response, Scanners
from klankbord.twin.parameters.customers import Customers, Experience, Mood, Scores, Value
from klankbord.twin.parameters.demand import (
    Arrivals,
    Automation,
    Handling,
    Happenings,
    Journeys,
    Queueing,
    Repeats,
    Transfers,
)
from klankbord.twin.parameters.people import Agents, Elements, Pulse, Turnover


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """Everything that is true of a simulated centre, one value for each mechanism.

    Parameters
    ----------
    arrivals, queueing, handling, transfers, repeats, journeys, automation, happenings : Mechanism
        What comes in and how it is handled.
    customers, experience, scores, mood, value : Mechanism
        Who customers are, what they feel, what they answer and what they bring.
    asking, response, scanners, predictions, comments : Mechanism
        Who is asked, who answers, what agents expect, how people write.
    agents, turnover, elements, pulse : Mechanism
        The people who work there.

    Examples
    --------
    >>> Parameters().without("mood").mood.carry_over
    0.0
    """

    arrivals: Arrivals = field(default_factory=Arrivals)
    queueing: Queueing = field(default_factory=Queueing)
    handling: Handling = field(default_factory=Handling)
    transfers: Transfers = field(default_factory=Transfers)
    repeats: Repeats = field(default_factory=Repeats)
    journeys: Journeys = field(default_factory=Journeys)
    automation: Automation = field(default_factory=Automation)
    happenings: Happenings = field(default_factory=Happenings)
    customers: Customers = field(default_factory=Customers)
    experience: Experience = field(default_factory=Experience)
    scores: Scores = field(default_factory=Scores)
    mood: Mood = field(default_factory=Mood)
    asking: Asking = field(default_factory=Asking)
    response: Response = field(default_factory=Response)
    scanners: Scanners = field(default_factory=Scanners)
    predictions: Predictions = field(default_factory=Predictions)
    comments: CommentStyle = field(default_factory=CommentStyle)
    value: Value = field(default_factory=Value)
    elements: Elements = field(default_factory=Elements)
    agents: Agents = field(default_factory=Agents)
    turnover: Turnover = field(default_factory=Turnover)
    pulse: Pulse = field(default_factory=Pulse)

    def without(self, *mechanisms: str) -> "Parameters":
        """Return a world in which these mechanisms have no effect.

        Parameters
        ----------
        *mechanisms : str
            Names of fields, such as "mood", "response" or "elements".

        Raises
        ------
        OptionError
            When there is no such mechanism, or when it cannot be switched off.

        Examples
        --------
        >>> world = Parameters().without("response", "agents")
        >>> world.response.score_slope, world.agents.skill_sd
        (0.0, 0.0)
        """
        switchable = [spec.name for spec in fields(self) if getattr(self, spec.name).NEUTRAL]
        for name in mechanisms:
            if name not in switchable:
                near = nearest(name, switchable)
                guess = f"did you mean {near!r}? " if near else ""
                raise OptionError(
                    f"there is no mechanism {name!r} to switch off",
                    hint=f"{guess}mechanisms: {', '.join(switchable)}",
                    mechanism=name,
                )
        return replace(self, **{name: getattr(self, name).off() for name in mechanisms})

    def to_dict(self) -> dict[str, Any]:
        """Return every parameter by mechanism, ready for JSON.

        Examples
        --------
        >>> Parameters().to_dict()["mood"]["carry_over"]
        0.06
        """
        return {spec.name: getattr(self, spec.name).to_dict() for spec in fields(self)}
