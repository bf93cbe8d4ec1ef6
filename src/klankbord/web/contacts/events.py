"""What this room tells: that contacts came in."""

from dataclasses import dataclass

from klankbord.web.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactsReceived(Event):
    """Contacts came in that are new or changed."""

    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryBroughtIn(Event):
    """Rows came straight into the lake, from files or another survey tool's webhook, by an import of this id."""

    import_id: str
