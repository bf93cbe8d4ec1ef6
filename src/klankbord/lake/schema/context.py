"""Tables beside the contacts: customers' months, employees' pulses, events, queue intervals and ROX series."""

from klankbord.lake.schema import shared
from klankbord.lake.schema.columns import Column, TableSchema, Type

_MONTH_OF_ROW = Column(name="month", type=Type.TEXT, about="Partition: the calendar month, as 2026-11.", dimension=True)

OUTCOMES = TableSchema(
    name="outcomes",
    about="What each customer brought in each month.",
    key=("source", "customer", "client", "month"),
    columns=(
        shared.SOURCE,
        shared.CUSTOMER,
        shared.CLIENT,
        shared.SEGMENT,
        Column(name="revenue", type=Type.REAL, about="Revenue in the month, in the organisation's currency."),
        Column(name="margin", type=Type.REAL, about="Contribution margin in the month, in the same currency."),
        Column(name="active", type=Type.FLAG, about="Was a customer at the start of the month.", dimension=True),
        Column(name="churned", type=Type.FLAG, about="Left in the month.", dimension=True),
        Column(name="referred", type=Type.SMALL, about="New customers who came on this one's word."),
        shared.IMPORT,
        _MONTH_OF_ROW,
    ),
)

PULSES = TableSchema(
    name="pulses",
    about="Answers of employees, by month and team only: no key of a person, a customer or a contact.",
    key=("source", "external_id"),
    columns=(
        shared.SOURCE,
        Column(name="external_id", type=Type.TEXT, about="A random id of the answer, of no use elsewhere."),
        shared.CLIENT,
        shared.SITE,
        shared.TEAM,
        Column(name="question", type=Type.TEXT, about="What was asked: enps, or an item of the pulse.", dimension=True),
        shared.METRIC,
        shared.SCORE,
        Column(name="scale_low", type=Type.SMALL, about="Lowest answer that could be given."),
        Column(name="scale_high", type=Type.SMALL, about="Highest answer that could be given."),
        shared.LANGUAGE,
        Column(name="comment", type=Type.TEXT, about="The reason in the employee's words, personal data taken out."),
        shared.IMPORT,
        _MONTH_OF_ROW,
    ),
)

EVENTS = TableSchema(
    name="events",
    about="What happened: incidents, launches, policy changes, price rises, training.",
    key=("source", "external_id"),
    columns=(
        shared.SOURCE,
        shared.EXTERNAL_ID,
        Column(
            name="kind", type=Type.TEXT, about="What kind of event.", dimension=True,
            values=("incident", "launch", "policy", "price", "training", "staffing", "campaign", "other"),
        ),
        Column(name="title", type=Type.TEXT, about="What people call it."),
        Column(name="started_at", type=Type.INSTANT, about="When it began."),
        Column(name="ended_at", type=Type.INSTANT, about="When it was over; null for a lasting change."),
        shared.DAY,
        shared.CLIENT,
        shared.SITE,
        shared.TEAM,
        shared.QUEUE,
        shared.CHANNEL,
        Column(name="severity", type=Type.SMALL, about="1 (slight) to 5 (grave)."),
        shared.IMPORT,
        shared.MONTH,
    ),
)  # fmt: skip

QUEUE_INTERVALS = TableSchema(
    name="queue_intervals",
    about="How each queue ran, interval by interval, as the telephone exchange counts it.",
    key=("source", "client", "queue", "channel", "started_at"),
    columns=(
        shared.SOURCE,
        shared.CLIENT,
        shared.SITE,
        shared.QUEUE,
        shared.CHANNEL,
        Column(name="started_at", type=Type.INSTANT, about="When the interval began."),
        Column(name="length_s", type=Type.WHOLE, about="Its length in seconds, usually 900 or 1800."),
        shared.DAY,
        shared.HOUR,
        Column(name="offered", type=Type.WHOLE, about="Contacts offered."),
        Column(name="answered", type=Type.WHOLE, about="Contacts that a person took."),
        Column(name="within_threshold", type=Type.WHOLE, about="Contacts taken within the promised time."),
        Column(name="abandoned", type=Type.WHOLE, about="Contacts whose customer left."),
        Column(name="threshold_s", type=Type.WHOLE, about="The promised time in seconds."),
        Column(name="wait_total_s", type=Type.LONG, about="Waits of answered contacts, added up, in seconds."),
        Column(name="handle_total_s", type=Type.LONG, about="Handle times, added up, in seconds."),
        Column(name="staffed", type=Type.REAL, about="Agents at work, on average."),
        shared.IMPORT,
        shared.MONTH,
    ),
)

INDICATORS = TableSchema(
    name="indicators",
    about="Series of the five elements of return on experience, by unit and month.",
    key=("source", "element", "indicator", "level", "unit", "month"),
    columns=(
        shared.SOURCE,
        Column(
            name="element", type=Type.TEXT, about="Element of ROX.", dimension=True,
            values=("pride", "influencers", "behaviours", "value_drivers", "outcome"),
        ),
        Column(name="indicator", type=Type.TEXT, about="What is measured.", dimension=True),
        Column(name="level", type=Type.TEXT, about="What the unit is: team, site, client or all.", dimension=True),
        Column(name="unit", type=Type.TEXT, about="Name of the unit.", dimension=True),
        Column(name="value", type=Type.REAL, about="The value, in the indicator's own unit."),
        Column(name="answers", type=Type.LONG, about="How many answers or contacts it rests on."),
        shared.IMPORT,
        _MONTH_OF_ROW,
    ),
)  # fmt: skip
