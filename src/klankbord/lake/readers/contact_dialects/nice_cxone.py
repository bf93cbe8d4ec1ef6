"""NICE CXone: contacts of the reporting API, as JSON or as a table with the same names.

Names and types: the vendor's model ContactDetailsResponse_Reporting in public code, in which numbers come as text here
and there. That `agentSeconds` includes hold and `masterContactId` is the parent of all contacts of one customer: the
vendor's help pages on data downloads, and the sums in that model's example.
"""

from collections.abc import Iterator

from klankbord.lake.readers.contact_dialect import ContactDialect, ContactLayout
from klankbord.lake.readers.dialect import FlatRow, Head
from klankbord.lake.readers.dialects.columns import first_of, unique
from klankbord.lake.readers.dialects.records import first_record, flat, items, records

_WRAPPERS = ("resultSet", "completedContacts", "contacts")
_OURS = {"contactid", "mastercontactid", "contactstart"}
_FIELDS = {
    "external_id": ("contactId",),
    "conversation": ("masterContactId",),
    "customer": ("externalContactId",),
    "agent": ("agentId",),
    "team": ("teamName", "teamId"),
    "queue": ("skillName", "skillId"),
    "channel": ("mediaTypeName", "mediaType"),
    "direction": ("isOutbound",),
    "reason": ("primaryDispositionName", "dispositionName", "primaryDispositionId"),
    "client": ("campaignName",),
    "started_at": ("contactStart",),
    "ended_at": ("contactEnd", "endDate"),
    "wait_s": ("inQueueSeconds",),
    "talk_s": ("agentSeconds",),
    "hold_s": ("holdSeconds",),
    "wrap_s": ("ACWSeconds",),
    "holds": ("holdCount",),
    "transfers": ("transferIndicatorId",),
    "abandoned": ("abandoned",),
    "updated_at": ("lastUpdateTime",),
}


def _recognises(head: Head) -> bool:
    return {heading.strip().casefold() for heading in head.header} >= _OURS


def _recognises_document(document: object) -> bool:
    record = first_record(document)
    inner = next((record[name] for name in _WRAPPERS if name in record), record)
    first = first_record(first_record(inner).get("completedContacts", inner))
    return {name.casefold() for name in first} >= _OURS


def _flatten(document: object) -> Iterator[FlatRow]:
    for record in records(document, *_WRAPPERS):
        for contact in records(record, "completedContacts"):
            outbound = str(contact.get("isOutbound")).casefold() == "true"
            tags = [tag.get("tagName") for tag in items(contact.get("tags"))]
            customer = contact.get("toAddr" if outbound else "fromAddr")
            own = {name: value for name, value in contact.items() if name != "tags"}
            # Zero is how the vendor says that there was no agent.
            yield flat(own | {"agentId": contact.get("agentId") or None}) | {
                "customerAddr": customer,
                "tags": ", ".join(str(tag) for tag in tags if tag) or None,
            }


def _layout(head: Head) -> ContactLayout:
    columns = unique(head.header)
    found = {name: first_of(columns, *headings) for name, headings in _FIELDS.items()}
    found["customer"] = found["customer"] or first_of(columns, "customerAddr", "fromAddr")
    return ContactLayout(
        columns=columns,
        fields={name: heading for name, heading in found.items() if heading is not None},
        words={"direction": {"true": "outbound", "false": "inbound", "1": "outbound", "0": "inbound"}},
        talk_holds=True,
    )


DIALECT = ContactDialect(
    name="nice_cxone",
    title="NICE CXone contacts",
    layout=_layout,
    recognises_table=_recognises,
    recognises_document=_recognises_document,
    flatten=_flatten,
)
