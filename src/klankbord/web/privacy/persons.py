"""Finding a customer by what they tell of themselves, and what is held of them where."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from cryptography.fernet import InvalidToken
from django.db.models import Q
from django.utils import timezone

from klankbord.errors import KlankbordError
from klankbord.lake.looking import customer_rows
from klankbord.web.contacts.extracts import rows_in_extracts
from klankbord.web.contacts.models import Contact, Customer, Payload, Upload
from klankbord.web.kernel.access import Actor, Permission
from klankbord.web.kernel.encryption import decrypt, encrypt
from klankbord.web.kernel.holdings import HOLDINGS
from klankbord.web.kernel.lakes import lake_of
from klankbord.web.kernel.models import AuditEntry, Organisation
from klankbord.web.privacy.models import Export, Objection

_PLACES = (
    *("register", "addresses", "contacts", "raw"),
    *("lake_contacts", "lake_answers", "lake_comments", "lake_outcomes"),
    *("extracts", "audit", "copies"),
)
_PSEUDONYM = re.compile(r"[0-9a-f]{20}")
_GOOD_FOR_S = 3600


class StaleError(KlankbordError):
    """A page about a customer was left open too long, or belongs to somebody else."""

    code = "stale_page"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What is known under one pseudonym: how it was found, how much is held where, and whether they object.

    Somebody may be known by several: a number in one source, an e-mail address in another. A person tells them apart,
    because a telephone number may be a household's.
    """

    pseudonym: str
    found_by: Literal["given", "email", "phone"]
    language: str
    held: dict[str, int]
    objects: bool

    @property
    def short(self) -> str:
        """The pseudonym as pages show it."""
        return self.pseudonym[:6]

    @property
    def is_known(self) -> bool:
        """Whether anything but a mention in the audit log is held."""
        return any(count for place, count in self.held.items() if place != "audit")


def find(actor: Actor, identifiers: Iterable[str]) -> list[Record]:
    """Return what is known under identifiers, or under an address that they share; nothing of strangers."""
    actor.require(Permission.MANAGE_PRIVACY)
    key = lake_of(actor.organisation).key
    given = {key.pseudonym(text) for text in identifiers} | {text for text in identifiers if _PSEUDONYM.fullmatch(text)}
    by: dict[str, Literal["given", "email", "phone"]] = dict.fromkeys(sorted(given), "given")
    near = Customer.objects.filter(Q(pseudonym__in=given) | Q(email_digest__in=given) | Q(phone_digest__in=given))
    for customer in near:
        by.setdefault(customer.pseudonym, "email" if customer.email_digest in given else "phone")
        # What came in under an address alone has the digest of that address for its pseudonym.
        for digest, kind in ((customer.email_digest, "email"), (customer.phone_digest, "phone")):
            if digest and customer.pseudonym in given:
                by.setdefault(digest, kind)  # type: ignore[arg-type]
    found = [_record(actor.organisation, pseudonym, how) for pseudonym, how in by.items()]
    return [record for record in found if record.is_known or record.objects]


def held(organisation: Organisation, pseudonym: str) -> dict[str, int]:
    """Count what is held under a pseudonym, by place."""
    customers = Customer.objects.filter(pseudonym=pseudonym)
    rows = customer_rows(lake_of(organisation), pseudonym)
    answers = rows.get("responses", ())
    counts = {
        "register": customers.count(),
        "addresses": customers.filter(Q(email__isnull=False) | Q(phone__isnull=False)).count(),
        "contacts": Contact.objects.filter(customer__pseudonym=pseudonym).count(),
        "raw": Payload.objects.filter(pseudonyms__contains=pseudonym).count(),
        "lake_contacts": len(rows.get("contacts", ())),
        "lake_answers": len(answers),
        "lake_comments": sum(bool(row.get("comment")) for row in answers),
        "lake_outcomes": len(rows.get("outcomes", ())),
        "extracts": rows_in_extracts(organisation, pseudonym),
        "audit": AuditEntry.objects.filter(about=pseudonym).count(),
        "copies": sum(pseudonym in export.persons for export in Export.objects.exclude(pseudonyms=None)),
    }
    counts |= {name: holding.count([pseudonym]) for name, holding in HOLDINGS.items()}
    return {place: counts.get(place, 0) for place in places()}


def places() -> dict[str, str]:
    """Return every place where something of a customer can lie, with the key of what it is called."""
    return {place: f"privacy.places.{place}" for place in _PLACES} | {
        name: holding.wording for name, holding in HOLDINGS.items()
    }


def unread() -> int:
    """Count files and messages that have not been read into anything: in them nobody can be found, or erased."""
    messages = Payload.objects.exclude(state=Payload.State.READ).count()
    return int(messages + Upload.objects.exclude(state=Upload.State.BROUGHT_IN).count())


def together(counts: Iterable[dict[str, int]]) -> dict[str, int]:
    """Add up what is held of one person under several pseudonyms."""
    told = list(counts)
    return {place: sum(one[place] for one in told) for place in places()}


def seal(actor: Actor, pseudonym: str) -> str:
    """Return what stands for a pseudonym on a page: it can be used by the same person, for a while, and not be read."""
    told = [actor.organisation.pk, actor.id, int(timezone.now().timestamp()), pseudonym]
    return encrypt(json.dumps(told).encode()).decode()


def unseal(actor: Actor, token: str) -> str:
    """Return the pseudonym that a page stands for."""
    try:
        organisation, person, at, pseudonym = json.loads(decrypt(token.encode()))
    except (InvalidToken, ValueError):
        organisation, person, at, pseudonym = None, None, 0, ""
    fresh = timezone.now().timestamp() - at < _GOOD_FOR_S
    if (organisation, person) != (actor.organisation.pk, actor.id) or not fresh:
        raise StaleError("this page was open too long", hint="look the customer up again", case="privacy.page_too_old")
    return str(pseudonym)


def _record(organisation: Organisation, pseudonym: str, how: Literal["given", "email", "phone"]) -> Record:
    customer = Customer.objects.filter(pseudonym=pseudonym).first()
    return Record(
        pseudonym=pseudonym,
        found_by=how,
        language=customer.language if customer else "",
        held=held(organisation, pseudonym),
        objects=Objection.objects.filter(pseudonym=pseudonym).exists(),
    )
