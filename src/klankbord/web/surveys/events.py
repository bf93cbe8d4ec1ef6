"""What this room tells: that a survey asks something else from now on."""

from dataclasses import dataclass

from klankbord.web.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyPublished(Event):
    """A version is being asked; `breaks` says whether its score question is worded otherwise than before."""

    survey: int
    version: int
    breaks: bool
