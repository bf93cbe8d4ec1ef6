"""Columns that several tables have, so that a word means the same everywhere."""

from klankbord.lake.schema.columns import Column, Type

SOURCE = Column(
    name="source", type=Type.TEXT, about="System that the row comes from, such as genesys or zendesk.", dimension=True
)
EXTERNAL_ID = Column(
    name="external_id", type=Type.TEXT, about="The row's id in its source; with `source` it identifies the row."
)
CUSTOMER = Column(name="customer", type=Type.TEXT, about="Keyed pseudonym of the customer.")
MONTH = Column(name="month", type=Type.TEXT, about="Partition: calendar month of `day`, as 2026-11.", dimension=True)
DAY = Column(name="day", type=Type.DATE, about="Calendar day in the lake's time zone.", dimension=True)
HOUR = Column(name="hour", type=Type.SMALL, about="Hour of the day in the lake's time zone, 0 to 23.", dimension=True)

CLIENT = Column(name="client", type=Type.TEXT, about="The principal on whose behalf contact was had.", dimension=True)
SITE = Column(name="site", type=Type.TEXT, about="Location of the team.", dimension=True)
TEAM = Column(name="team", type=Type.TEXT, about="Team of the agent at that moment.", dimension=True)
AGENT = Column(
    name="agent", type=Type.TEXT, about="The agent, as far as the lake's attribution level says.", dimension=True
)
QUEUE = Column(name="queue", type=Type.TEXT, about="Queue or skill group.", dimension=True)
CHANNEL = Column(
    name="channel", type=Type.TEXT, about="How contact was had.", dimension=True,
    values=("phone", "chat", "email", "messaging", "sms", "social", "video", "web", "bot", "visit", "letter", "other"),
)  # fmt: skip
TOUCHPOINT = Column(
    name="touchpoint",
    type=Type.TEXT,
    about="Moment in the journey, such as invoice or move.",
    dimension=True,
)
PREVIOUS_TOUCHPOINT = Column(
    name="previous_touchpoint", type=Type.TEXT, dimension=True,
    about="Touchpoint of the step before in the same journey; null in the first step.",
)  # fmt: skip
STEP = Column(
    name="step", type=Type.SMALL, dimension=True,
    about="Place in the journey, from 1: contacts of a customer, each within 14 days of the one before.",
)  # fmt: skip
LANGUAGE = Column(name="language", type=Type.TEXT, about="Language, as nl, fr, de or en.", dimension=True)
REASON = Column(name="reason", type=Type.TEXT, about="Why contact was had: wrap-up code.", dimension=True)
DIRECTION = Column(
    name="direction", type=Type.TEXT, about="Who began.", values=("inbound", "outbound", "internal"), dimension=True
)
HANDLED_BY = Column(
    name="handled_by", type=Type.TEXT, about="Who handled it.", values=("human", "automated", "both"), dimension=True
)
SEGMENT = Column(name="segment", type=Type.TEXT, about="Customer segment, in the organisation's words.", dimension=True)
AGE_BAND = Column(name="age_band", type=Type.TEXT, about="Age of the customer in a band, as 30-44.", dimension=True)

CIRCUMSTANCES = (
    *(CUSTOMER, SEGMENT, AGE_BAND, CLIENT, SITE, TEAM, AGENT, QUEUE, CHANNEL, DIRECTION),
    *(TOUCHPOINT, PREVIOUS_TOUCHPOINT, STEP, LANGUAGE, REASON, HANDLED_BY),
)

SURVEY = Column(name="survey", type=Type.TEXT, about="Questionnaire.", dimension=True)
SURVEY_VERSION = Column(
    name="survey_version", type=Type.TEXT, about="Version of its wording; a change breaks trends.", dimension=True
)
SURVEY_CHANNEL = Column(name="survey_channel", type=Type.TEXT, about="How the survey was sent.", dimension=True)
METRIC = Column(
    name="metric", type=Type.TEXT, dimension=True,
    about="What was asked: nps, enps, ces, csat, csat_good_bad or csat_freshdesk.",
)  # fmt: skip
SCORE = Column(name="score", type=Type.SMALL, about="The answer on the scale of its metric.")
PREDICTION = Column(name="prediction", type=Type.SMALL, about="The score that the agent expected beforehand.")
ANSWERED_AT = Column(name="answered_at", type=Type.INSTANT, about="When the score was given.")
NOT_COUNTED = Column(
    name="not_counted_reason", type=Type.TEXT, dimension=True,
    about="Why an answer is kept but not counted, such as scanner; null when it counts.",
)  # fmt: skip
UPDATED_AT = Column(name="updated_at", type=Type.INSTANT, about="When the source last changed the row.")
IMPORT = Column(name="import_id", type=Type.TEXT, about="The import that wrote the row.")
ATTRIBUTES = Column(
    name="attributes", type=Type.ATTRIBUTES, dimension=True,
    about="Other columns of the source that the organisation chose to keep.",
)  # fmt: skip
