"""Writing the audit log, and forgetting a person in it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from klankbord.web.kernel.access import Actor, Permission
from klankbord.web.kernel.models import AuditEntry
from klankbord.web.kernel.tenancy import Owned

Shred = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class EntryType:
    """A kind of entry, and what is left of its details when the person in it is forgotten."""

    action: str
    shred: Shred


@dataclass(frozen=True, slots=True, kw_only=True)
class _Subject:
    """What entries of a kind are about: rows of a model, by what they are found, and what they are called."""

    model: type[Owned]
    permission: Permission
    key: str
    name: str


_TYPES: dict[str, EntryType] = {}
_CALLED: dict[str, _Subject] = {}


def _keep_nothing(details: dict[str, Any]) -> dict[str, Any]:
    del details
    return {}


def keep_all(details: dict[str, Any]) -> dict[str, Any]:
    """Shred nothing: for entries whose details never hold anything of a person."""
    return details


def entry_type(action: str, *, shred: Shred = _keep_nothing) -> str:
    """Register a kind of entry and return its name; without saying how, all its details go when a person does."""
    _TYPES[action] = EntryType(action, shred)
    return action


def record(actor: Actor, action: str, subject: str = "", *, about: str = "", **details: Any) -> None:
    """Write down what somebody did, in the transaction in which it is done.

    `subject` names what it was done to without personal data ("team Ghent", "upload 12"); `about` is the pseudonym of
    a customer whose data were seen or changed.
    """
    if action not in _TYPES:
        raise LookupError(f"{action} is no registered entry type: say how it is shredded")
    AuditEntry.objects.create(
        organisation=actor.organisation,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
        action=action,
        subject=subject,
        details=details,
        about=about,
    )


def called(kind: str, model: type[Owned], *, permission: Permission, key: str = "pk", name: str = "name") -> None:
    """Register how a room's subjects of a kind ("surveys.survey") are called now, for those who may see them.

    The log itself keeps no names: what is gone, or was never to be seen by the reader, stays a number.
    """
    _CALLED[kind] = _Subject(model=model, permission=permission, key=key, name=name)


def names_of(actor: Actor, entries: Iterable[AuditEntry]) -> dict[tuple[str, str], str]:
    """Return what subjects of entries are called now, by their kind and number."""
    wanted: dict[str, set[str]] = {}
    for entry in entries:
        kind, which = kind_of(entry)
        if which:
            wanted.setdefault(kind, set()).add(which)
    found: dict[tuple[str, str], str] = {}
    for kind in wanted.keys() & _CALLED.keys():
        told = _CALLED[kind]
        if actor.may(told.permission):
            there = told.model.objects.filter(**{f"{told.key}__in": wanted[kind]})
            found |= {(kind, str(getattr(one, told.key))): getattr(one, told.name) for one in there}
    return found


def kind_of(entry: AuditEntry) -> tuple[str, str]:
    """Return of which kind of which room the subject of an entry is, and which of them."""
    kind, _, which = entry.subject.partition(" ")
    return f"{entry.action.partition('.')[0]}.{kind}", which


def forget_customer(pseudonym: str) -> int:
    """Shred every entry about a customer in this organisation, and return how many there were."""
    entries = list(AuditEntry.objects.filter(about=pseudonym))
    for entry in entries:
        _shred(entry)
        entry.about = ""
    AuditEntry.objects.bulk_update(entries, ["subject", "details", "about"], batch_size=500)
    return len(entries)


def forget_person(user_id: int) -> int:
    """Take somebody's name out of what they did in this organisation, and return how many entries had it."""
    return AuditEntry.objects.filter(actor_kind="person", actor_id=user_id).update(actor_name="")


def _shred(entry: AuditEntry) -> None:
    known = _TYPES.get(entry.action)
    entry.details = known.shred(entry.details) if known else {}
    entry.subject = ""
