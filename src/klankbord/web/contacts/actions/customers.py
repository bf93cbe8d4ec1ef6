"""Customers behind the rows that come in: known by pseudonym, with the newest address that anybody told."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from klankbord.lake.store import Key
from klankbord.web.contacts.models import Customer
from klankbord.web.contacts.retention import days_kept
from klankbord.web.contacts.rows import Person
from klankbord.web.contacts.staging import among, fetched, for_change, moment_writer, staged
from klankbord.web.kernel.encryption import encrypt
from klankbord.web.kernel.models import Organisation

_FIELDS: Final = ("language", "email", "phone")
_ENCRYPTED: Final = ("email", "phone")
_COLUMNS: Final = (
    *("pseudonym", "language", "email", "phone", "email_digest", "phone_digest"),
    *("language_at", "email_at", "phone_at", "addresses_until"),
)
_NEVER: Final = datetime.min.replace(tzinfo=UTC)
_KNOWN: Final = ("id", "pseudonym", "email_digest", "phone_digest", "language_at", "email_at", "phone_at")


@dataclass(slots=True)
class _Told:
    """What a batch tells of one customer: the newest word on each field, and when it was said."""

    words: dict[str, tuple[str, datetime]] = field(default_factory=dict)

    def hear(self, person: Person, at: datetime) -> None:
        for name in _FIELDS:
            word = getattr(person, name)
            if word and (name not in self.words or at >= self.words[name][1]):
                self.words[name] = (word, at)


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """Makes pseudonyms, each once, and knows who was erased and must stay unknown."""

    key: Key
    erased: frozenset[str]
    _known: dict[str, str] = field(default_factory=dict)

    def of(self, identifier: str) -> str:
        """Return somebody's pseudonym; nothing for somebody who was erased."""
        if identifier not in self._known:
            pseudonym = self.key.pseudonym(identifier)
            gone = self.erased and self.key.mark(pseudonym) in self.erased
            self._known[identifier] = "" if gone else pseudonym
        return self._known[identifier]


def pseudonyms_in(organisation: Organisation, key: Key) -> Pseudonyms:
    """Return what makes pseudonyms in an organisation."""
    marks = Customer.objects.filter(organisation=organisation, erased=True).values_list("pseudonym", flat=True)
    return Pseudonyms(key, frozenset(marks))


def know_customers(
    organisation: Organisation, pseudonyms: Pseudonyms, people: Iterable[tuple[Person, datetime]], now: datetime
) -> dict[str, int]:
    """Return the row of each customer by pseudonym, after taking in what is new about them."""
    told: dict[str, _Told] = {}
    for person, at in people:
        if pseudonym := pseudonyms.of(person.identifier):
            told.setdefault(pseudonym, _Told()).hear(person, at)
    if not told:
        return {}
    known = _known(organisation, sorted(told))
    ids = {pseudonym: row["id"] for pseudonym, row in known.items()}
    fresh = {who: words for who, words in told.items() if _is_news(words, known.get(who))}
    return ids | (_write(organisation, pseudonyms.key, fresh, known, now) if fresh else {})


def _known(organisation: Organisation, pseudonyms: list[str]) -> dict[str, dict[str, Any]]:
    """Return the customers that are there, held as they are: who changes them next waits for us."""
    which, parameter = among(pseudonyms)
    rows = fetched(
        f"select {', '.join(_KNOWN)} from contacts_customer "  # noqa: S608  names are ours
        f"where organisation_id = %s and pseudonym {which} order by pseudonym {for_change()}",
        [organisation.pk, parameter],
    )
    return {row[1]: dict(zip(_KNOWN, row, strict=True)) for row in rows}


def _is_news(told: _Told, known: Mapping[str, Any] | None) -> bool:
    if known is None:
        return True
    return any(_moment(known[f"{name}_at"]) < at for name, (_, at) in told.words.items())


def _moment(stored: datetime | None) -> datetime:
    """Return a moment as one database and the other give it, with its zone or without."""
    if stored is None:
        return _NEVER
    return stored if stored.tzinfo else stored.replace(tzinfo=UTC)


def _write(
    organisation: Organisation,
    key: Key,
    fresh: Mapping[str, _Told],
    known: Mapping[str, Mapping[str, Any]],
    now: datetime,
) -> dict[str, int]:
    until = now + timedelta(days=days_kept(organisation, "address"))
    # In one order for everybody, so that two batches never wait for each other in a ring.
    write = moment_writer()
    rows = [_row(who, fresh[who], known.get(who), key, write, write(until)) for who in sorted(fresh)]
    with staged(Customer, _COLUMNS, rows) as came:
        listed = ", ".join(_COLUMNS)
        found = fetched(
            f"insert into contacts_customer as c (organisation_id, erased, {listed}) "  # noqa: S608  names are ours
            f"select %s, false, {listed} from {came} where true order by pseudonym "
            "on conflict (organisation_id, pseudonym) do update set "
            f"{', '.join(_merged(name) for name in _FIELDS)}, "
            "addresses_until = coalesce(excluded.addresses_until, c.addresses_until) returning pseudonym, id",
            [organisation.pk],
        )
    return dict(found)


def _row(
    pseudonym: str,
    told: _Told,
    known: Mapping[str, Any] | None,
    key: Key,
    write: Callable[[datetime | None], str | None],
    until: str | None,
) -> tuple[object, ...]:
    if not told.words:
        return (pseudonym, "", None, None, "", "", None, None, None, None)
    words = {name: word for name, (word, _) in told.words.items()}
    digests = {name: key.pseudonym(words[name]) if name in words else "" for name in _ENCRYPTED}
    # An address that is there already is not encrypted again: that is most of the work.
    sealed = {
        name: encrypt(words[name].encode())
        for name in _ENCRYPTED
        if name in words and (known is None or known[f"{name}_digest"] != digests[name])
    }
    moments = [write(told.words[name][1]) if name in told.words else None for name in _FIELDS]
    return (
        *(pseudonym, words.get("language", ""), sealed.get("email"), sealed.get("phone")),
        *(digests["email"], digests["phone"], *moments),
        until if any(name in words for name in _ENCRYPTED) else None,
    )


def _merged(name: str) -> str:
    """Return SQL that takes the newer of two words, and leaves an address alone that is the same."""
    newer = f"excluded.{name}_at is not null and (c.{name}_at is null or excluded.{name}_at >= c.{name}_at)"
    parts = [f"{name}_at = case when {newer} then excluded.{name}_at else c.{name}_at end"]
    if name in _ENCRYPTED:
        same = f"{newer} and excluded.{name} is not null"
        parts.append(f"{name} = case when {same} then excluded.{name} else c.{name} end")
        parts.append(f"{name}_digest = case when {newer} then excluded.{name}_digest else c.{name}_digest end")
    else:
        parts.append(f"{name} = case when {newer} then excluded.{name} else c.{name} end")
    return ", ".join(parts)
