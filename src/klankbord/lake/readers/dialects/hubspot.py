"""HubSpot: feedback submissions of the CRM API, values as text (layout: Airbyte schema, vendor's API guide)."""

from collections.abc import Iterator

from klankbord.lake.readers.dialect import Dialect, FlatRow, Head, Layout
from klankbord.lake.readers.dialects.columns import fields, first_of
from klankbord.lake.readers.dialects.records import first_record, flat, mapping, records
from klankbord.score import CES, CSAT, NPS


def _recognises(document: object) -> bool:
    record = first_record(document)
    submission = first_record(record.get("results", record))
    return "hs_survey_type" in mapping(submission.get("properties"))


def _flatten(document: object) -> Iterator[FlatRow]:
    for submission in records(document, "results"):
        outer = {name: value for name, value in submission.items() if name != "properties"}
        yield flat(outer) | flat(mapping(submission.get("properties")))


def _layout(head: Head) -> Layout:
    header = head.header
    named = fields(
        header,
        score="hs_value",
        external_id="id",
        comment=first_of(header, "hs_content"),
        answered_at=first_of(header, "hs_submission_timestamp", "hs_createdate", "createdAt"),
        updated_at=first_of(header, "hs_lastmodifieddate", "updatedAt"),
        respondent=first_of(header, "hs_contact_id"),
        channel=first_of(header, "hs_survey_channel"),
        survey=first_of(header, "hs_survey_name"),
        metric="hs_survey_type",
    )
    return Layout(columns=header, fields=named, metrics={"nps": NPS, "csat": CSAT, "ces": CES})


DIALECT = Dialect(name="hubspot", title="HubSpot", layout=_layout, recognises_document=_recognises, flatten=_flatten)
