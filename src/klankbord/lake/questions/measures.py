"""The measures that can be asked of a lake, one entry each: a new one is a new entry here and a row in the docs."""

from collections.abc import Mapping
from types import MappingProxyType

from klankbord.errors import OptionError, nearest
from klankbord.lake.questions.definitions import Definition, Parameter, name_and_number
from klankbord.score import CES, CSAT, CSAT_FRESHDESK, CSAT_GOOD_BAD, ENPS, NPS, Measure

_QUANTILES = (("_median", "Median", 0.5), ("_p90", "90th percentile of", 0.9))


def _score(scale: Measure, about: str, *, table: str = "responses") -> Definition:
    # Employees' answers have no flag of their own: what does not count never comes into the lake.
    value = "case when counted then score end" if table == "responses" else "score"
    return Definition(
        name=scale.name,
        title=scale.title,
        table=table,
        kind="score",
        about=about,
        counts=f"metric = '{scale.name}'",
        value=value,
        scale=scale,
    )


def _share(
    name: str,
    title: str,
    about: str,
    *,
    good: str,
    of: str,
    words: tuple[str, str],
    low_is_good: bool = False,
    parameter: Parameter | None = None,
    known_after_days: bool = False,
) -> Definition:
    return Definition(
        name=name,
        title=title,
        table="contacts",
        kind="share",
        about=about,
        counts=of,
        good=good,
        scale=Measure(name=name, title=title, levels=(0, 1), good=frozenset({1}), words=words),
        better="low" if low_is_good else "high",
        parameter=parameter,
        known_after_days=known_after_days,
    )


def _durations(name: str, title: str, about: str, *, seconds: str, of: str) -> tuple[Definition, ...]:
    counts = f"{of} and {seconds} is not null"

    def one(suffix: str, words: str, quantile: float | None) -> Definition:
        return Definition(
            name=name + suffix,
            title=f"{words} {title}" if quantile else title.capitalize(),
            table="contacts",
            kind="duration",
            about=f"{words} {about}",
            counts=counts,
            value=seconds,
            statistic=quantile,
            better="low",
        )

    return (one("", "Mean", None), *(one(*quantile) for quantile in _QUANTILES))


_PROMISED = Parameter(
    means="the threshold in seconds",
    unit="seconds",
    low=0,
    high=86_400,
    own="case when threshold_s is null then 20 else threshold_s end",
    own_words="its queue's own threshold (20 seconds where it has none)",
)
_REPEAT = Parameter(means="the days without another contact", unit="days", low=1, high=30, default=7)

_ALL = (
    _score(NPS, "Share of promoters (9, 10) less share of detractors (0 to 6) of the answers that count."),
    _score(CSAT, "Share of the answers that count that is 4 or 5, of 1 to 5."),
    _score(CSAT_GOOD_BAD, "Share of the answers that count that is good, of good and bad."),
    _score(CSAT_FRESHDESK, "Share of the answers that count that is 101 to 103, on Freshdesk's scale."),
    _score(CES, "Share of the answers that count that is 5, 6 or 7, of 1 to 7."),
    _score(
        ENPS,
        "Share of employees who are promoters (9, 10) less share of detractors (0 to 6), of those who answered.",
        table="pulses",
    ),
    _share(
        "invitation_rate", "Invitation rate", "Contacts that the rules chose, of those that could be asked about.",
        good="invited", of="eligible", words=("invited", "not invited"),
    ),
    _share(
        "sending_rate", "Sending rate", "Contacts whose invitation left, of those that the rules chose.",
        good="sent", of="invited", words=("sent", "not sent"),
    ),
    _share(
        "delivery_rate", "Delivery rate", "Invitations that arrived, of those that left.",
        good="delivered", of="sent", words=("delivered", "not delivered"),
    ),
    _share(
        "open_rate", "Open rate", "Invitations that were opened, of those that arrived and of which it can be known.",
        good="opened", of="delivered and opened is not null", words=("opened", "not opened"),
    ),
    _share(
        "start_rate", "Start rate", "Surveys that were begun, of the invitations that arrived.",
        good="started", of="delivered", words=("started", "not started"),
    ),
    _share(
        "response_rate", "Response rate", "Contacts with a score that counts, of those whose invitation left.",
        good="scored", of="sent", words=("answered", "silent"),
    ),
    _share(
        "comment_rate", "Comment rate", "Contacts with a reason as well, of those with a score that counts.",
        good="commented", of="scored", words=("with a reason", "without"),
    ),
    _share(
        "service_level", "Service level",
        "Contacts that a person took within {parameter}, of all that were offered; "
        "who left early was offered too (COPC).",
        good="answered and wait_s <= {parameter}",
        of="offered and (wait_s is not null or not answered)", words=("in time", "not in time"), parameter=_PROMISED,
    ),
    _share(
        "abandonment", "Abandonment", "Contacts whose customer left before a person came, of all that were offered.",
        good="abandoned", of="offered", words=("abandoned", "others"), low_is_good=True,
    ),
    _share(
        "transfer_rate", "Transfer rate", "Legs that were handed on, of those that a person took.",
        good="transfers > 0", of="answered", words=("handed on", "kept"), low_is_good=True,
    ),
    _share(
        "first_contact_resolution", "First-contact resolution",
        "Conversations after which the customer did not come back within {parameter}, of those that a person "
        "took from a known customer; counted at the leg that was not handed on.",
        good="next_contact_after_s is null or next_contact_after_s >= {parameter} * 86400",
        of="answered and (transfers is null or transfers = 0) and customer is not null",
        words=("no repeat", "repeated"), parameter=_REPEAT, known_after_days=True,
    ),
    Definition(
        name="average_speed_of_answer", title="Average speed of answer", table="contacts", kind="duration",
        about="Mean wait, in seconds, of the contacts that a person took.",
        counts="answered and wait_s is not null", value="wait_s", better="low",
    ),
    *_durations(
        "wait_time", "wait time", "wait, in seconds, of all contacts that were offered, whether taken or abandoned.",
        seconds="wait_s", of="offered",
    ),
    *_durations(
        "handle_time", "handle time", "handle time (talk, hold and wrap-up), in seconds, of contacts a person took.",
        seconds="handle_s", of="answered",
    ),
    Definition(
        name="prediction_gap", title="Prediction gap", table="responses", kind="gap",
        about="Mean of the agent's prediction less the customer's NPS score, on 0 to 10, of answers that have both; "
        "above zero is too hopeful.",
        counts="metric = 'nps' and counted and prediction is not null and score is not null",
        value="prediction - score", better="near zero",
    ),
)  # fmt: skip

DEFINITIONS: Mapping[str, Definition] = MappingProxyType({definition.name: definition for definition in _ALL})
"""Every measure that a question can ask for, by name."""


def definition_named(text: str) -> Definition:
    """Return the definition of a measure such as `nps` or `service_level(30)`.

    Raises
    ------
    OptionError
        When there is no such measure, or its number cannot be.

    Examples
    --------
    >>> definition_named("service_level(30)").sentence
    'Contacts that a person took within 30 seconds, of all that were offered; who left early was offered too (COPC).'
    """
    name, number = name_and_number(text)
    if name not in DEFINITIONS:
        near = nearest(name, DEFINITIONS)
        guess = f"did you mean {near}? " if near else ""
        raise OptionError(
            f"there is no measure {name!r}",
            hint=f"{guess}measures: {', '.join(DEFINITIONS)}",
            measure=name,
            case="unknown_measure",
            near=near,
            known=list(DEFINITIONS),
        )
    return DEFINITIONS[name].with_number(number)
