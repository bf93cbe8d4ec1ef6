"""What this room hears of history that comes in."""

from klankbord.web.contacts.events import HistoryBroughtIn
from klankbord.web.contacts.people_files import takes_people
from klankbord.web.invitations.actions.history import remember_import, take_people
from klankbord.web.kernel.events import listen
from klankbord.web.kernel.jobs import Run, enqueue, job

takes_people(take_people)


@job("invitations.remember_import")
def remember_asks(run: Run, *, import_id: str) -> None:
    """Remember whom an import tells to have been asked."""
    remember_import(run.organisation, import_id)


@listen(HistoryBroughtIn)
def remember_soon(event: HistoryBroughtIn) -> None:
    """Whoever was asked elsewhere is in quarantine here."""
    enqueue(remember_asks, event.organisation, import_id=event.import_id, key=f"remember {event.import_id}")
