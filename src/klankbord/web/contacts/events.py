"""What this room tells: that contacts came in."""

from dataclasses import dataclass

from klankbord.web.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactsReceived(Event):
    """Contacts came in that are new or changed."""

    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesBroughtIn(Event):
    """Files came into the lake, by an import of this id."""

    import_id: str
