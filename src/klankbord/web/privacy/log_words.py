"""An entry of the audit log in the words of whoever reads it: what was acted on, and its details.

What rooms write down stays as it was written; words for it are looked up when it is read, and what has none is shown as
it stands.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from klankbord.web.kernel.access import Permission
from klankbord.web.kernel.audit import kind_of
from klankbord.web.kernel.jobs.naming import title_of
from klankbord.web.kernel.models import AuditEntry
from klankbord.web.kernel.wording import say, wording

# Where values have their words; of several places, the first that knows them.
_PLACES: Mapping[str, tuple[str, ...]] = {
    "role": ("people.roles",),
    "before": ("people.roles",),
    "reason": ("invitations.reasons", "privacy.audit.reasons"),
    "source": ("invitations.sources",),
    "metric": ("surveys.metrics",),
    "mode": ("surveys.mode_names",),
    "level": ("privacy.audit.levels",),
    "events": ("webhooks.events",),
    "why": ("webhooks.states",),
    "scheme": ("contacts.schemes",),
    "who": ("privacy.audit.subjects",),
    "decision": ("privacy.audit.decisions",),
    "columns": ("centre.columns", "invitations.fields", "privacy.audit.columns"),
    "changes": ("centre.columns",),
    "language": ("surveys.languages",),
    "units": ("privacy.audit.subjects",),
    "days": ("privacy.audit.subjects", "surveys.metrics"),
}


def subject(entry: AuditEntry, names: Mapping[tuple[str, str], str]) -> str:
    """Say what was acted on: the word for its kind, and what it is called or else its number."""
    key = kind_of(entry)
    kind, _, which = entry.subject.partition(" ")
    if kind == "reason":
        return f"{say('privacy.audit.subjects.reason')}: {_word('reason', which)}"
    if not wording().knows(f"privacy.audit.subjects.{kind}"):
        return entry.subject
    return f"{say(f'privacy.audit.subjects.{kind}')} {names.get(key, which)}".strip()


def facts(entry: AuditEntry) -> list[tuple[str, str]]:
    """Return the details by name and value, without those that say nothing."""
    told = ((name, value) for name, value in entry.details.items() if value not in (None, "", [], {}))
    return [(_label(entry, name), _value(entry, name, value)) for name, value in told]


def _label(entry: AuditEntry, name: str) -> str:
    places = {
        "privacy.retention_changed": f"privacy.retention.{name}.name",
        "privacy.erased": _of_erasure(name),
    }
    key = places.get(entry.action, f"privacy.audit.fields.{name}")
    return say(key) if wording().knows(key) else name.replace("_", " ")


def _of_erasure(name: str) -> str:
    room, _, place = name.partition(".")
    return f"{room}.holdings.{place}" if place else f"privacy.places.{name}"


def _value(entry: AuditEntry, name: str, value: Any) -> str:
    if entry.action.startswith("kernel.job_") and name == "name":
        return title_of(value)
    if entry.action == "privacy.log_taken" and name == "what":
        key = f"privacy.entries.{value.replace('.', '_')}"
        return say(key) if wording().knows(key) else value
    if entry.action == "privacy.log_taken" and name == "who":
        return " ".join(_word("who", part) for part in value.split(":"))
    return _told(name, value)


def _told(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return say("privacy.copy.yes" if value else "privacy.copy.no")
    if isinstance(value, int):
        return wording().formats.count(value)
    if isinstance(value, dict):
        return "; ".join(f"{_words(name, key)}: {_told('', held)}" for key, held in value.items())
    if isinstance(value, list):
        between = " → " if name == "" and len(value) == 2 else ", "  # a change: what it was and what it is
        return between.join(_told(name, one) for one in value)
    if value is None or value == "":
        return "–"
    return " → ".join(_word(name, one) for one in str(value).split(" → "))


def _words(name: str, key: str) -> str:
    """Say a key of several parts ("metric nps") by each of its parts."""
    return " ".join(_word(name, part) for part in key.split(" "))


def _word(name: str, value: str) -> str:
    if name == "scopes" and value in set(Permission):
        return say(f"people.scopes.{Permission(value).name.lower()}")
    keys = (f"{place}.{value}" for place in _PLACES.get(name, ()))
    known = next((key for key in keys if wording().knows(key)), None)
    return say(known) if known else _day(value)


def _day(value: str) -> str:
    try:
        return wording().formats.short_day(date.fromisoformat(value))
    except ValueError:
        return value
