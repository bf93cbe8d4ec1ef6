"""Work of this room apart from requests."""

from datetime import timedelta

from django.utils import timezone

from klankbord.web.centre.events import AgentForgotten
from klankbord.web.kernel.events import listen
from klankbord.web.kernel.jobs import Run, every, job
from klankbord.web.responses import projection
from klankbord.web.responses.keeping import forget_agent, forget_visits

_VISITS_KEPT = timedelta(days=7)


@job("responses.forget_visits", quiet=True)
def forget_old_visits(run: Run) -> None:
    """Forget who opened links; by then nothing can follow from it any more."""
    forget_visits(run.organisation, timezone.now() - _VISITS_KEPT)


@listen(AgentForgotten)
def forget_the_agent(event: AgentForgotten) -> None:
    """Forget an agent in what contacts were when they were asked about."""
    forget_agent(event.organisation, event.code)


every(timedelta(hours=6), forget_old_visits)
projection.register()
