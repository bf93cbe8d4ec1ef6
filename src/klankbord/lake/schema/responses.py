"""`responses`: answered only, the contact beside the score, because that is what most questions read."""

from klankbord.lake.schema import shared
from klankbord.lake.schema.columns import Column, TableSchema, Type

RESPONSES = TableSchema(
    name="responses",
    about="Every answer of a customer, with the contact that it is about beside it.",
    key=("source", "external_id", "metric"),
    columns=(
        shared.SOURCE,
        shared.EXTERNAL_ID,
        Column(name="contact_source", type=Type.TEXT, about="`source` of the contact leg that it is about."),
        Column(name="contact", type=Type.TEXT, about="`external_id` of that leg, or the id that the survey gives."),
        *shared.CIRCUMSTANCES,
        Column(name="resolved", type=Type.FLAG, about="Solved, as recorded with the contact.", dimension=True),
        Column(name="transfers", type=Type.SMALL, about="How often the leg was handed on.", dimension=True),
        Column(name="wait_s", type=Type.WHOLE, about="Seconds that the customer waited."),
        Column(name="handle_s", type=Type.WHOLE, about="Handle time of the leg in seconds."),
        Column(name="started_at", type=Type.INSTANT, about="When the contact began."),
        shared.ANSWERED_AT,
        shared.DAY,
        shared.HOUR,
        shared.SURVEY,
        shared.SURVEY_VERSION,
        shared.SURVEY_CHANNEL,
        shared.METRIC,
        shared.SCORE,
        Column(name="status", type=Type.TEXT, about="How far it got.", values=("complete", "partial"), dimension=True),
        Column(name="counted", type=Type.FLAG, about="Whether it counts.", dimension=True),
        shared.NOT_COUNTED,
        shared.PREDICTION,
        Column(name="comment", type=Type.TEXT, about="The reason in the customer's words, personal data taken out."),
        Column(
            name="comment_original",
            type=Type.TEXT,
            about="The words as written, only where the organisation keeps them; else null.",
        ),
        shared.UPDATED_AT,
        shared.IMPORT,
        shared.ATTRIBUTES,
        shared.MONTH,
    ),
)
