"""What systems send by webhook is read as files of the same tool would be, and becomes contacts and answers."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from django.db import transaction

from klankbord.errors import KlankbordError, LakeError
from klankbord.lake import ContactRecords, Lake, bring_rows, import_files, read, read_contacts, recognise
from klankbord.lake.engine import quoted
from klankbord.lake.readers.contact_dialects import CONTACT_DIALECTS
from klankbord.lake.schema import TABLES, Type
from klankbord.web.contacts.actions.answers import answers_in, unanswered_in
from klankbord.web.contacts.actions.receive import MOST, receive_contacts
from klankbord.web.contacts.events import HistoryBroughtIn
from klankbord.web.contacts.extracts import keep_extracts, take_out_of_extracts
from klankbord.web.contacts.lake_rows import sole_writer
from klankbord.web.contacts.messages import Whose, whose_each
from klankbord.web.contacts.models import Customer, Payload
from klankbord.web.contacts.raw import unpacked
from klankbord.web.contacts.rows import NAMES, Rejected
from klankbord.web.contacts.uploaded import own_folder
from klankbord.web.kernel.events import emit
from klankbord.web.kernel.jobs import Run, job
from klankbord.web.kernel.lakes import lake_of

_AT_ONCE: Final = 500
_PATIENCE: Final = 60.0
# A tool that writes a line for every event tells of one contact in several messages.
_EVENTS_OF: Final = timedelta(days=2)
_MOST_EVENTS: Final = 5_000
_State = Payload.State


class NotTakenError(KlankbordError):
    """A message was read, and not all that stood in it could be taken."""

    code = "not_taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    whose: Whose
    rejected: Sequence[Rejected] = ()


@job("contacts.read_intake", attempts=8, quiet=True)
def read_intake(run: Run, *, intake: int) -> None:
    """Read what a webhook sent and nobody has read: together, and one by one where that does not go."""
    waiting = Payload.objects.filter(intake=intake, state=_State.WAITING).order_by("id")
    while payloads := list(waiting[:_AT_ONCE]):
        if not _try(run, payloads):
            for payload in payloads:
                _try(run, [payload])


def _try(run: Run, payloads: Sequence[Payload]) -> bool:
    """Read payloads and say how that went; of several nothing is said where one of them does not go."""
    alone = len(payloads) == 1
    try:
        found = _read(run, payloads)
        if found.rejected:
            wrong = found.rejected[0]
            raise NotTakenError(
                f"{wrong.field}: {wrong.message}",
                hint=wrong.hint,
                case="contacts.not_taken",
                field=wrong.field,
                contacts=len(found.rejected),
            )
    except LakeError:
        raise  # that says nothing of the payload, and is tried again
    except KlankbordError as error:
        if alone:
            Payload.objects.filter(pk=payloads[0].pk).update(state=_State.UNREADABLE, problem=error.to_dict())
        return False
    if erased := _erased(run, found.whose):
        if not alone:
            return False
        payloads[0].delete()
        return bool(erased)
    _mark(run, payloads, found.whose)
    return True


def _mark(run: Run, payloads: Sequence[Payload], people: Whose) -> None:
    """Write down that messages have been read, and whose data each holds."""
    whose = whose_each(payloads, people, lake_of(run.organisation).key) if people else {}
    for payload in payloads:
        payload.state, payload.problem = _State.READ, {}
        payload.pseudonyms = " ".join(sorted(whose.get(payload.pk, ())))
    Payload.objects.bulk_update(payloads, ["state", "problem", "pseudonyms"], batch_size=100)


def _erased(run: Run, whose: Iterable[str]) -> bool:
    """Say whether somebody was erased whose data came in again: what holds them is not kept."""
    marks = set(Customer.objects.filter(erased=True).values_list("pseudonym", flat=True))
    if not marks:
        return False
    key = lake_of(run.organisation).key
    return any(key.mark(pseudonym) in marks for pseudonym in whose)


def _read(run: Run, payloads: Sequence[Payload]) -> _Read:
    zone = lake_of(run.organisation).settings.zone
    with _as_files(payloads) as paths:
        if recognise(*paths) == "responses":
            answers = read(*paths, zone=zone)
            whose = answers.query("select distinct respondent, external_id from responses where respondent is not null")
            with _at_the_lake(run, payloads) as lake:
                report = import_files(lake, *paths)
            emit(HistoryBroughtIn(organisation=run.organisation, import_id=report.import_id))
            return _Read(whose=_pseudonyms(run, whose))
        records = read_contacts(*paths, zone=zone)
        whose = _customers(records)
    if _assembles(records):
        with _as_files([*_before(payloads), *payloads]) as paths:
            records = read_contacts(*paths, zone=zone)
    rejected = _receive(run, records)
    if "score" in records.columns:
        _bring_answers(run, payloads, records, zone)
    return _Read(whose=_pseudonyms(run, whose), rejected=rejected)


def _bring_answers(run: Run, payloads: Sequence[Payload], records: ContactRecords, zone: str) -> None:
    """Bring the answers in contact records; one that a later event gives to another leg leaves the one it had."""
    rows, months = answers_in(records, zone)
    gone = unanswered_in(records) if _assembles(records) else []
    with _at_the_lake(run, payloads) as lake:
        report = bring_rows(lake, responses=rows, gone={"responses": gone}, months=months, name="import")
        if report.gone["responses"]:
            take_out_of_extracts(run.organisation, "responses", gone)


@contextmanager
def _at_the_lake(run: Run, payloads: Sequence[Payload]) -> Iterator[Lake]:
    """Bring answers straight into the lake, and keep what it can be rebuilt from."""
    with sole_writer(run.organisation, patience=_PATIENCE) as alone:
        if not alone:
            raise LakeError(
                "somebody else is bringing rows into the lake", hint="it is tried again by itself", case="busy_lake"
            )
        yield lake_of(run.organisation)
        keep_extracts(run.organisation, payloads[0].received_at)


def _receive(run: Run, records: ContactRecords) -> list[Rejected]:
    rows = [_row(row) for row in _rows(records)]
    rejected: list[Rejected] = []
    with transaction.atomic():
        for start in range(0, len(rows), MOST):
            portion = rows[start : start + MOST]
            told = receive_contacts(actor=run.actor, source=records.source, rows=portion, keep=False)
            rejected += told.rejected
    return rejected


def _rows(records: ContactRecords) -> Iterator[dict[str, Any]]:
    """Give contact records as rows of the API."""
    given = [name for name in NAMES if name in records.columns]
    types = {column.name: column.type for column in TABLES["contacts"].columns}
    moment = "strftime({} at time zone 'UTC', '%Y-%m-%dT%H:%M:%S.%f+00:00')"
    listed = [moment.format(quoted(name)) if types[name] is Type.INSTANT else quoted(name) for name in given]
    for cells in records.query(f"select {', '.join(listed)} from contacts"):  # noqa: S608  names are ours
        yield dict(zip(given, cells, strict=True))


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    customer = row.get("customer")
    return {**row, "customer": {"email": customer} if customer and "@" in customer else customer}


def _customers(records: ContactRecords) -> list[tuple[Any, ...]]:
    if "customer" not in records.columns:
        return []
    ids = ", ".join(name for name in ("external_id", "conversation") if name in records.columns)
    return records.query(f"select distinct customer, {ids} from contacts where customer is not null")  # noqa: S608


def _pseudonyms(run: Run, rows: Sequence[tuple[Any, ...]]) -> Whose:
    """Return the people in rows of an identifier and ids of what they are about, by pseudonym."""
    key, people = lake_of(run.organisation).key, defaultdict[str, set[str]](set)
    for identifier, *ids in rows:
        people[key.pseudonym(str(identifier))].update(str(one) for one in ids if one is not None)
    return {who: frozenset(ids) for who, ids in people.items()}


def _assembles(records: ContactRecords) -> bool:
    return any(dialect.name == records.source and dialect.assemble is not None for dialect in CONTACT_DIALECTS)


def _before(payloads: Sequence[Payload]) -> list[Payload]:
    first = payloads[0]
    earlier = Payload.objects.filter(
        intake=first.intake_id, state=_State.READ, id__lt=first.pk, received_at__gt=first.received_at - _EVENTS_OF
    )
    return list(reversed(earlier.order_by("-id")[:_MOST_EVENTS]))


@contextmanager
def _as_files(payloads: Sequence[Payload]) -> Iterator[list[Path]]:
    """Lay payloads out as files for a moment, where nobody else can read them."""
    with TemporaryDirectory(prefix="reading-", dir=own_folder(payloads[0].organisation_id)) as place:
        paths = []
        for payload in payloads:
            path = Path(place, f"message-{payload.pk}.{'txt' if 'form' in payload.kind else 'json'}")
            path.write_bytes(unpacked(payload))
            paths.append(path)
        yield paths
