"""Any other table or JSON of contacts: columns are found by heading (nl, fr, de, en), and by what is below it."""

import re
from collections.abc import Iterator, Sequence

from klankbord.lake.readers.contact_dialect import ContactDialect, ContactLayout
from klankbord.lake.readers.contact_dialects.headings import fields_of, plain, tells_of_contacts, unit_of
from klankbord.lake.readers.contact_typing import MOMENTS
from klankbord.lake.readers.dialect import FlatRow, Head
from klankbord.lake.readers.dialects.columns import answers, unique
from klankbord.lake.readers.dialects.questions import asked
from klankbord.lake.readers.dialects.records import flat, records
from klankbord.lake.readers.scores import says_nothing, whole_number

_MOMENT = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}.*|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}.*|\d{10}(\.\d+)?|\d{13}|.*[A-Za-z]{3}.*\d{4}.*"
)
_DURATION = re.compile(r"-?\d+([.,]\d+)?|-?\d*:?\d{1,3}:\d\d(\.\d+)?")
_WRAPPERS = ("contacts", "calls", "interactions", "conversations", "tickets", "data", "results", "items", "records",
             "rows", "entries", "value")  # fmt: skip


def found_in(head: Head) -> dict[str, str]:
    """Return the heading of every column of the schema that this table seems to have."""
    columns = unique(head.header)
    cells = {name: [cell for cell in given if not says_nothing(cell)] for name, given in answers(head, columns).items()}

    def fits(column: str, heading: str) -> bool:
        if column in MOMENTS:
            return _mostly(_MOMENT, cells[heading])
        if column.endswith("_s"):
            return _mostly(_DURATION, cells[heading])
        if column == "score":
            return all(whole_number(cell) is not None for cell in cells[heading][:50])
        return column != "external_id" or not _mostly(_MOMENT, cells[heading]) or not cells[heading]

    return fields_of(columns, fits)


def _mostly(shape: re.Pattern[str], cells: Sequence[str]) -> bool:
    return not cells or sum(bool(shape.fullmatch(cell.strip())) for cell in cells) > len(cells) / 2


def _recognises(head: Head) -> bool:
    return tells_of_contacts(found_in(head))


def _recognises_document(document: object) -> bool:
    rows = [flat(record) for record in records(document, *_WRAPPERS)[:50]]
    names = tuple(dict.fromkeys(name for row in rows for name in row))
    listed = [tuple("" if row.get(name) is None else str(row[name]) for name in names) for row in rows]
    return bool(rows) and _recognises(Head(records=(names, *listed)))


def _flatten(document: object) -> Iterator[FlatRow]:
    return map(flat, records(document, *_WRAPPERS))


def _layout(head: Head) -> ContactLayout:
    columns = unique(head.header)
    fields = _legs_apart(found_in(head), answers(head, columns))
    score = fields.get("score")
    return ContactLayout(
        columns=columns,
        fields=fields,
        units={
            name: unit for name, heading in fields.items() if name.endswith("_s") and (unit := unit_of(heading)) != 1
        },
        measure=asked(plain(score)) if score else None,
    )


def _legs_apart(fields: dict[str, str], cells: dict[str, tuple[str, ...]]) -> dict[str, str]:
    """Take an id that returns on other legs for the conversation's, so that no leg passes for a copy of another."""
    heading = fields.get("external_id")
    if heading is None or "updated_at" in fields:
        return fields
    told = [cells[fields[name]] for name in ("started_at", "agent", "leg") if name in fields]
    legs = {(key, *rest) for key, *rest in zip(cells[heading], *told, strict=True) if key}
    if len(legs) == len({key for key, *_ in legs}):
        return fields
    return {name: own for name, own in fields.items() if name != "external_id"} | {"conversation": heading}


DIALECT = ContactDialect(
    name="generic",
    title="a table of contacts",
    layout=_layout,
    recognises_table=_recognises,
    recognises_document=_recognises_document,
    flatten=_flatten,
)
