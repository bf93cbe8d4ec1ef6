"""Parameters of asking: who is asked, who answers, what is not a person, what agents expect, and how people write."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import ClassVar

from klankbord.twin.parameters.mechanism import Mechanism, table


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking(Mechanism):
    """Who is asked.

    Parameters
    ----------
    sampled : float
        Share of eligible contacts that the rules choose.
    quarantine_days : int
        Days in which a customer is not asked again.
    survey_channels : mapping
        Shares of the ways in which surveys are sent after a contact by telephone.
    delay_minutes, delay_spread : float
        Median minutes between the end of the contact and the invitation, and standard deviation of the log.
    sent, delivered, opened : float
        Share of each step that follows on the one before.
    metric : str
        What is asked.
    new_wording_month : int
        Month, from 0, in which the questionnaire gets a new version; -1 for never.
    """

    sampled: float = 0.8
    quarantine_days: int = 90
    survey_channels: Mapping[str, float] = field(default_factory=lambda: table(email=0.55, sms=0.3, ivr=0.15))
    delay_minutes: float = 45.0
    delay_spread: float = 0.8
    sent: float = 0.99
    delivered: float = 0.97
    opened: float = 0.55
    metric: str = "nps"
    new_wording_month: int = -1
    NEUTRAL: ClassVar[Mapping[str, object]] = MappingProxyType(
        {"sampled": 1.0, "quarantine_days": 0, "sent": 1.0, "delivered": 1.0, "opened": 1.0}
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Response(Mechanism):
    """Who answers; the effects are changes of the log odds of an answer, once the survey was delivered.

    Parameters
    ----------
    share : float
        Share who answer at the mean of everything.
    survey_channel : mapping
        Effect of each way of sending.
    age_slope : float
        Effect from the youngest to the oldest age band.
    extreme : float
        Effect of each score point away from 7, on both sides: the very happy and the very angry answer.
    score_slope : float
        Effect of each score point above 7: **the answer itself decides whether it is given**.
    delay_hours, delay_spread : float
        Median hours until the answer, and standard deviation of the log.
    commented : float
        Share of those who answer who also say why.
    comment_extreme : float
        Change of the log odds of a comment by each score point away from 8.
    partial : float
        Share of answers that stop before the end.
    """

    share: float = 0.17
    survey_channel: Mapping[str, float] = field(default_factory=lambda: table(sms=0.35, ivr=0.9, web=-0.2))
    age_slope: float = 0.7
    extreme: float = 0.14
    score_slope: float = 0.05
    delay_hours: float = 5.0
    delay_spread: float = 1.4
    commented: float = 0.42
    comment_extreme: float = 0.22
    partial: float = 0.03
    NEUTRAL: ClassVar[Mapping[str, object]] = MappingProxyType(
        {"survey_channel": table(), "age_slope": 0.0, "extreme": 0.0, "score_slope": 0.0, "comment_extreme": 0.0}
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanners(Mechanism):
    """Machines that follow the links in mail.

    Parameters
    ----------
    customers : float
        Share of customers whose mail is scanned.
    clicks : float
        Share of invitations to them in which the scanner gives a score.
    delay_s : float
        Mean seconds between delivery and click.
    recognised : float
        Share of those clicks that are recognised and not counted.
    """

    customers: float = 0.03
    clicks: float = 0.6
    delay_s: float = 12.0
    recognised: float = 0.9
    NEUTRAL: ClassVar[Mapping[str, object]] = MappingProxyType({"customers": 0.0, "clicks": 0.0})


@dataclass(frozen=True, slots=True, kw_only=True)
class Predictions(Mechanism):
    """What agents expect of the score.

    Parameters
    ----------
    share : float
        Share of handled contacts for which the agent sets a prediction.
    bias : float
        Mean of prediction minus truth in an agent's first days, in score points.
    bias_sd : float
        Standard deviation of that bias between agents.
    insight : float
        Share of the contact's own deviation from the mean that an agent sees, from 0 to 1, in the first days.
    insight_sd : float
        Standard deviation of insight between agents.
    bias_unlearned : float
        Share of the bias that is gone in the end.
    insight_learned : float
        Rise of insight in the end.
    learning_contacts : float
        Answers seen after which 63 % of that is learned.
    noise : float
        Standard deviation of the rest.
    """

    share: float = 0.85
    bias: float = 0.7
    bias_sd: float = 0.5
    insight: float = 0.35
    insight_sd: float = 0.1
    bias_unlearned: float = 0.6
    insight_learned: float = 0.15
    learning_contacts: float = 60.0
    noise: float = 1.1
    # Without insight a prediction is a guess around the mean: noise, neither too high nor too low.
    NEUTRAL: ClassVar[Mapping[str, object]] = MappingProxyType(
        {
            "bias": 0.0, "bias_sd": 0.0, "insight": 0.0, "insight_sd": 0.0,
            "bias_unlearned": 0.0, "insight_learned": 0.0,
        }
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentStyle(Mechanism):
    """How people write; all are shares of comments.

    Parameters
    ----------
    irony : float
        Comments that say the opposite of what they mean.
    typos : float
        Comments with slips of the keyboard.
    mixed : float
        Comments that praise one thing and blame another.
    personal : float
        Comments with personal data in them.
    """

    irony: float = 0.02
    typos: float = 0.12
    mixed: float = 0.18
    personal: float = 0.04
    NEUTRAL: ClassVar[Mapping[str, object]] = MappingProxyType(
        {"irony": 0.0, "typos": 0.0, "mixed": 0.0, "personal": 0.0}
    )
