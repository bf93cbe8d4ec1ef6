"""Any other table or JSON: columns are guessed by heading (nl, fr, de, en) and by what is in them."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from klankbord.lake.readers.dialect import Dialect, FlatRow, Head, Layout
from klankbord.lake.readers.dialects.columns import answers, fields, unique
from klankbord.lake.readers.dialects.questions import asked
from klankbord.lake.readers.dialects.records import Record, flat
from klankbord.lake.readers.scores import says_nothing, whole_number

Cells = Mapping[str, Sequence[str]]

_SCORE = (
    r"e?nps( score| cijfer| note| wert)?",
    r"(survey |total )?(score|rating)|cijfer|rapportcijfer|beoordeling|waardering|bewertung|punktzahl|note|évaluation",
    r"(csat|ces)( score)?|(klant)?tevredenheid|satisfaction|zufriedenheit",
)
_COMMENT = (
    r"comments?|verbatim|free text|remarks?|toelichting|opmerking(en)?|kommentar|anmerkung|commentaire|remarque",
    r"reason|feedback|answer text|reden|grund|raison|motif|why|waarom|warum|pourquoi",
)
_DATE = (
    r"(answered|responded|submitted|completed|response|submission|completion)( (at|on|date|time|datetime))?",
    r"ingevuld( op)?|beantwortet( am)?|ausgefüllt( am)?|répondu le|date de réponse|antwoorddatum|antwortdatum",
    r"date( time)?|datetime|datum|timestamp|time|tijdstip|zeitpunkt|moment|zeitstempel|tijdstempel|horodateur",
    r"(created|recorded|end|start)( (at|on|date|time))?|createdat|aangemaakt( op)?|erstellt( am)?|créé le",
)
_UPDATED = (
    r"(updated|modified|last (updated|modified))( (at|on|date))?|updatedat|gewijzigd( op)?|geändert( am)?|modifié le",
)
_ID = (
    r"(response|respons|answer|submission|survey response|antwoord|antwort|réponse) ?(id|nr|number|nummer|no)?|id|uuid",
)
_RESPONDENT = (
    r"(respondent|customer|klant|kunde|kunden|client|person|user|contact)( ?(id|nr|nummer|number|e ?mail))?",
    r"e ?mail( ?(address|adres|adresse))?",
)
_SURVEY = (r"(survey|campaign|enquête|enquete|umfrage|sondage|vragenlijst)( (name|id|title|naam|titel))?",)
_MOMENT = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}.*|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}.*|\d{10}(\.\d+)?|\d{13}")
_WRAPPERS = ("data", "results", "responses", "items", "records", "rows", "entries", "submissions", "value")
_WORDY = 20


def _layout(head: Head) -> Layout:
    columns = unique(head.header)
    cells = {name: [cell for cell in given if not says_nothing(cell)] for name, given in answers(head, columns).items()}
    score = _score(columns, cells)
    left = [name for name in columns if name != score]
    return Layout(
        columns=columns,
        fields=fields(
            columns,
            score=score,
            comment=_headed(left, _COMMENT, lambda name: not _mostly(_is_moment, cells[name])) or _wordy(left, cells),
            answered_at=_headed(left, _DATE, lambda name: _mostly(_is_moment, cells[name])),
            updated_at=_headed(left, _UPDATED, lambda name: _mostly(_is_moment, cells[name])),
            external_id=_headed(left, _ID, lambda name: _identifies(cells[name], len(head.records) - 1)),
            respondent=_headed(left, _RESPONDENT, lambda _: True),
            survey=_headed(left, _SURVEY, lambda _: True),
        ),
        measure=asked(score),
    )


def _score(columns: Sequence[str], cells: Cells) -> str:
    def numeric(name: str) -> bool:
        return _mostly(lambda cell: whole_number(cell) is not None, cells[name])

    def like_answers(name: str) -> bool:
        # Counts of transfers or calls are also small numbers, but hardly reach 10 and never stop there.
        numbers = {whole_number(cell) for cell in cells[name]}
        return numbers <= set(range(11)) and 10 in numbers and len(numbers) > 3 and len(cells[name]) >= 10

    headed = _headed(columns, _SCORE, numeric) or next((n for n in columns if asked(n) and numeric(n)), None)
    alone = [name for name in columns if like_answers(name) and whole_number(name) is None]
    return headed or _headed(columns, _SCORE, lambda _: True) or (alone[0] if len(alone) == 1 else "")


def _headed(columns: Iterable[str], words: Iterable[str], fits: Callable[[str], bool]) -> str | None:
    """Return the first column whose whole heading is one of the words, the telling words first, and that fits."""
    plain = {name: re.sub(r"[\s_.\-/:?]+", " ", name).strip().casefold() for name in columns}
    found = (name for word in words for name, heading in plain.items() if re.fullmatch(word, heading) and fits(name))
    return next(found, None)


def _mostly(says: Callable[[str], object], cells: Sequence[str]) -> bool:
    return not cells or sum(bool(says(cell)) for cell in cells) > len(cells) / 2


def _is_moment(cell: str) -> bool:
    return bool(_MOMENT.fullmatch(cell.strip()))


def _identifies(cells: Sequence[str], rows: int) -> bool:
    # A customer's number returns with the customer: only what never returns can tell answers apart.
    return len(set(cells)) == len(cells) == rows


def _wordy(columns: Iterable[str], cells: Cells) -> str | None:
    def words(name: str) -> int:
        given = sorted(len(cell) for cell in cells[name] if " " in cell.strip())
        return given[len(given) // 2] if len(given) > len(cells[name]) / 2 and len(set(cells[name])) > 2 else 0

    longest = max((name for name in columns if not _mostly(_is_moment, cells[name])), key=words, default=None)
    return longest if longest and words(longest) >= _WORDY else None


def _flatten(document: object) -> Iterator[FlatRow]:
    return map(flat, _records(document))


def _records(document: object) -> Iterator[Record]:
    """Yield the objects of a list, also of one that an envelope holds under a usual name; else the object itself."""
    if isinstance(document, list):
        for item in document:
            yield from _records(item)
    elif isinstance(document, Mapping):
        lists = [document[name] for name in _WRAPPERS if isinstance(document.get(name), list)]
        wrapped = next((found for found in lists if found and all(isinstance(item, Mapping) for item in found)), None)
        yield from [document] if wrapped is None else wrapped


DIALECT = Dialect(
    name="generic",
    title="a table",
    layout=_layout,
    recognises_table=lambda _: True,
    recognises_document=lambda _: True,
    flatten=_flatten,
)
