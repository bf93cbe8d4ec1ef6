"""nps.today: the alert webhook (layout: vendor's page on notifications, whose example is cut off before the rating)."""

from collections.abc import Iterator

from klankbord.lake.readers.dialect import Dialect, FlatRow, Head, Layout
from klankbord.lake.readers.dialects.columns import fields, first_of
from klankbord.lake.readers.dialects.records import adopted, first_record, flat, records
from klankbord.score import NPS


def _recognises(document: object) -> bool:
    return first_record(document).keys() >= {"DoNotContact", "AgentRating", "SurveySendTime", "SurveyAnswers"}


def _flatten(document: object) -> Iterator[FlatRow]:
    for alert in records(document):
        own = flat({name: value for name, value in alert.items() if name != "Custom"})
        # The agent's rating is a prediction, not the customer's answer: without a rating there is no score.
        yield {"Rating": None} | adopted(own, alert.get("Custom"), "Custom")


def _layout(head: Head) -> Layout:
    header = head.header
    named = fields(
        header,
        score="Rating",
        external_id=first_of(header, "Id", "ResponseId"),
        comment=first_of(header, "Comment"),
        answered_at=first_of(header, "ResponseTime", "SurveyOpenedTime"),
        respondent=first_of(header, "RespondentId", "Email"),
    )
    return Layout(columns=header, fields=named, measure=NPS)


DIALECT = Dialect(name="npstoday", title="nps.today", layout=_layout, recognises_document=_recognises, flatten=_flatten)
