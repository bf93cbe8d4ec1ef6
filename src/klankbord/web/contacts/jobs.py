"""Work of this room apart from requests."""

from datetime import timedelta

from klankbord.lake import Lake
from klankbord.lake.upkeep import compact, needs_compaction
from klankbord.web.centre.actions import pseudonym_of
from klankbord.web.centre.events import AgentForgotten
from klankbord.web.contacts import actions
from klankbord.web.contacts.beside import rooms_beside
from klankbord.web.contacts.events import ContactsReceived
from klankbord.web.contacts.models import Removal
from klankbord.web.contacts.projection import ahead, project, rebuild
from klankbord.web.kernel.events import listen
from klankbord.web.kernel.jobs import Run, enqueue, every, job
from klankbord.web.kernel.lakes import lake_folder, lake_of
from klankbord.web.kernel.models import Organisation
from klankbord.web.kernel.tenancy import everywhere
from klankbord.web.people.events import ZoneChanged

_RECENT_MONTHS = 3  # older ones hardly change any more


@job("contacts.project", attempts=8, quiet=True)
def project_contacts(run: Run) -> None:
    """Bring into the lake what the register is ahead."""
    project(run.organisation)


@job("contacts.look_ahead", quiet=True)
def look_ahead(run: Run) -> None:
    """See which organisations' registers are ahead of their lakes; usually none is, and a few looks tell so."""
    del run
    with everywhere():
        waiting = {*ahead().values_list("organisation", flat=True).order_by().distinct()}
        waiting |= {*Removal.objects.values_list("organisation", flat=True).order_by().distinct()}
        for beside in rooms_beside():
            waiting |= {*beside.waiting()}
    for organisation in Organisation.objects.filter(pk__in=waiting) if waiting else ():
        enqueue(project_contacts, organisation, key="project")


@job("contacts.tidy_lake", quiet=True, long=True)
def tidy_lake(run: Run) -> None:
    """Join the small files that contacts leave as they come in, and let go of those that were replaced."""
    lake = lake_of(run.organisation)
    recent = lake.snapshot().months("contacts")[-_RECENT_MONTHS:]
    if needs_compaction(lake, months=recent):
        compact(lake, months=recent)


@job("contacts.forget_agent", attempts=8, quiet=True, long=True)
def forget_agent(run: Run, *, code: str) -> None:
    """Take an agent out of what came in."""
    actions.forget_agent(run.actor, code)


@listen(AgentForgotten)
def forget_agent_too(event: AgentForgotten) -> None:
    """Do not go on knowing whom the centre has forgotten."""
    # The key is a pseudonym of the code, so that one that comes in again and again is one job.
    key = pseudonym_of(lake_of(event.organisation).key, event.code)
    enqueue(forget_agent, event.organisation, key=f"forget {key}", code=event.code)


@job("contacts.follow_zone", long=True)
def follow_zone(run: Run) -> None:
    """Lay what is in the lake on the days of another zone."""
    if lake_of(run.organisation).settings.zone != run.organisation.zone:
        rebuild(run.organisation)


@listen(ZoneChanged)
def follow_zone_too(event: ZoneChanged) -> None:
    """Have the lake follow, where there is one."""
    if Lake.is_at(lake_folder(event.organisation)):
        enqueue(follow_zone, event.organisation, key="zone")


@listen(ContactsReceived)
def project_soon(event: ContactsReceived) -> None:
    """Do not wait for the next look."""
    enqueue(project_contacts, event.organisation, key="project")


every(timedelta(seconds=2), look_ahead, per_organisation=False)
every(timedelta(hours=1), tidy_lake)
