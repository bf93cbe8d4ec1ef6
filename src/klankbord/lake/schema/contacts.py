"""`contacts`: one wide row for each leg of a contact."""

from klankbord.lake.schema import shared
from klankbord.lake.schema.columns import Column, TableSchema, Type

_STAGES = (
    ("eligible", "The contact could be asked about."),
    ("invited", "The rules chose it."),
    ("sent", "An invitation left."),
    ("delivered", "It arrived."),
    ("opened", "It was opened, as far as that is known."),
    ("started", "The survey page or prompt was reached."),
    ("scored", "A score was given and counts."),
    ("commented", "A reason was given as well."),
)
FUNNEL = tuple(name for name, _ in _STAGES)

CONTACTS = TableSchema(
    name="contacts",
    about="Every contact leg: who, where, when, how long, how it ended, whether it was asked about, what was answered.",
    key=("source", "external_id"),
    columns=(
        shared.SOURCE,
        shared.EXTERNAL_ID,
        Column(name="conversation", type=Type.TEXT, about="Id of the conversation that the leg is part of."),
        Column(name="leg", type=Type.SMALL, about="Place of the leg in its conversation, from 1.", dimension=True),
        *shared.CIRCUMSTANCES,
        Column(name="started_at", type=Type.INSTANT, about="When the leg began: offered to the queue, or dialled."),
        Column(name="ended_at", type=Type.INSTANT, about="When the customer was gone; wrap-up comes after."),
        shared.DAY,
        shared.HOUR,
        Column(name="offered", type=Type.FLAG, about="It was offered to people, and not handled by a machine alone."),
        Column(name="answered", type=Type.FLAG, about="A person took it.", dimension=True),
        Column(name="abandoned", type=Type.FLAG, about="The customer left before a person took it.", dimension=True),
        Column(name="wait_s", type=Type.WHOLE, about="Seconds from offered to answered or abandoned."),
        Column(name="threshold_s", type=Type.WHOLE, about="Seconds within which the queue promises an answer."),
        Column(name="talk_s", type=Type.WHOLE, about="Seconds in conversation, hold not counted."),
        Column(name="hold_s", type=Type.WHOLE, about="Seconds on hold."),
        Column(name="wrap_s", type=Type.WHOLE, about="Seconds of work after contact."),
        Column(name="handle_s", type=Type.WHOLE, about="Handle time in seconds: talk, hold and wrap-up together."),
        Column(name="holds", type=Type.SMALL, about="How often the customer was put on hold."),
        Column(name="transfers", type=Type.SMALL, about="How often this leg was handed on.", dimension=True),
        Column(name="transferred_from", type=Type.TEXT, about="Team that handed the leg over.", dimension=True),
        Column(name="transferred_to", type=Type.TEXT, about="Team that it was handed to.", dimension=True),
        Column(name="resolved", type=Type.FLAG, about="Solved, as recorded by the agent or customer.", dimension=True),
        Column(
            name="next_contact_after_s",
            type=Type.LONG,
            about="Derived: seconds to the customer's next conversation; null when none came within 30 days.",
        ),
        *(Column(name=name, type=Type.FLAG, about=about, dimension=True) for name, about in _STAGES),
        Column(
            name="not_asked_reason",
            type=Type.TEXT,
            about="Why it was not asked about, such as quarantine, opted_out, no_address or not_sampled.",
            dimension=True,
        ),
        Column(name="invited_at", type=Type.INSTANT, about="When the invitation was planned."),
        shared.SURVEY,
        shared.SURVEY_VERSION,
        shared.SURVEY_CHANNEL,
        shared.PREDICTION,
        Column(name="predicted_at", type=Type.INSTANT, about="When the agent set the prediction."),
        shared.METRIC,
        shared.SCORE,
        shared.ANSWERED_AT,
        shared.NOT_COUNTED,
        shared.UPDATED_AT,
        shared.IMPORT,
        shared.ATTRIBUTES,
        shared.MONTH,
    ),
)
