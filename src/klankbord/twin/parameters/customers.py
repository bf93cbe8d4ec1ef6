"""Parameters of customers: who they are, what they live through, what they answer, and what they bring."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import ClassVar

from klankbord.twin.parameters.mechanism import Mechanism, table


@dataclass(frozen=True, slots=True, kw_only=True)
class Customers(Mechanism):
    """Who the customers are.

    Parameters
    ----------
    contacts_a_year : float
        Mean contacts of a customer in a year; with the number of contacts it gives the number of customers.
    spread : float
        Coefficient of variation of that number between customers (gamma).
    loyalty_sd : float
        Standard deviation of loyalty between customers, in score points.
    segment_spread : float
        Standard deviation of loyalty between segments, in score points.
    age_slope : float
        Rise of loyalty from the youngest to the oldest age band, in score points.
    learning : float
        Share of the surprise of an experience (against loyalty) that stays in loyalty.
    forgetting : float
        Share of the way back to their own mean that loyalty goes in a month.
    opted_out, no_address : float
        Shares of customers who may not, and who cannot, be asked.
    """

    contacts_a_year: float = 2.6
    spread: float = 1.1
    loyalty_sd: float = 1.1
    segment_spread: float = 0.2
    age_slope: float = 0.6
    learning: float = 0.12
    forgetting: float = 0.08
    opted_out: float = 0.03
    no_address: float = 0.06
    NEUTRAL: ClassVar[Mapping[str, object]] = MappingProxyType(
        {"loyalty_sd": 0.0, "segment_spread": 0.0, "age_slope": 0.0, "learning": 0.0, "forgetting": 0.0}
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Experience(Mechanism):
    """How a contact is felt, in score points around `level`; all effects add up.

    Parameters
    ----------
    level : float
        Experience of a resolved contact with a mean agent, without wait.
    wait : float
        Effect of each doubling of 1 + wait in minutes.
    abandoned : float
        Effect of having given up.
    unresolved : float
        Effect of a contact that did not solve it.
    repeat : float
        Effect of coming back about the same thing.
    hold : float
        Effect of each hold.
    skill : float
        Effect of one standard deviation of the agent's skill.
    touchpoint_spread, queue_spread : float
        Standard deviation between touchpoints and between queues.
    channel : mapping
        Effect of each channel.
    noise : float
        Standard deviation of what nothing explains.
    """

    level: float = 9.1
    wait: float = -0.3
    abandoned: float = -1.4
    unresolved: float = -2.1
    repeat: float = -0.5
    hold: float = -0.15
    skill: float = 0.22
    touchpoint_spread: float = 0.35
    queue_spread: float = 0.1
    channel: Mapping[str, float] = field(
        default_factory=lambda: table(email=-0.35, messaging=0.1, chat=0.05, letter=-0.4)
    )
    noise: float = 1.3
    NEUTRAL: ClassVar[Mapping[str, object]] = MappingProxyType(
        {
            "wait": 0.0, "abandoned": 0.0, "unresolved": 0.0, "repeat": 0.0, "hold": 0.0, "skill": 0.0,
            "touchpoint_spread": 0.0, "queue_spread": 0.0, "channel": table(),
        }
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores(Mechanism):
    """How an experience becomes a whole number from 0 to 10.

    Parameters
    ----------
    shift : mapping
        Score points that people of a language give more or less for the same experience.
    stretch : mapping
        How far they use the ends of the scale, by language; 1 is as felt.
    noise : float
        Standard deviation between what is felt and what is answered.
    heaping : mapping
        Pull of round answers: chance that a neighbouring answer becomes this one.
    """

    shift: Mapping[str, float] = field(default_factory=lambda: table(nl=-0.15, fr=0.1, de=-0.25, en=0.3))
    stretch: Mapping[str, float] = field(default_factory=lambda: table(nl=0.9, fr=1.05, de=1.0, en=1.1))
    noise: float = 0.6
    heaping: Mapping[str, float] = field(
        default_factory=lambda: MappingProxyType({"0": 0.3, "5": 0.15, "8": 0.15, "10": 0.15})
    )
    NEUTRAL: ClassVar[Mapping[str, object]] = MappingProxyType(
        {"shift": table(), "stretch": table(), "heaping": table()}
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Mood(Mechanism):
    """Whether mood passes from one customer through the agent to the next.

    Parameters
    ----------
    opening_sd : float
        Standard deviation of the mood with which customers come in.
    opening_loyalty : float
        Share of that mood that loyalty explains.
    shift_sd : float
        Standard deviation of the agent's mood between working days.
    catching : float
        Change of the agent's mood by one standard deviation of the customer's opening mood.
    carry_over : float
        Score points that one standard deviation of the **previous** customer's opening mood adds for this one.
    showing : float
        Score points that one standard deviation of the customer's own opening mood adds.
    """

    opening_sd: float = 1.0
    opening_loyalty: float = 0.3
    shift_sd: float = 0.2
    catching: float = 0.2
    carry_over: float = 0.06
    showing: float = 0.35
    NEUTRAL: ClassVar[Mapping[str, object]] = MappingProxyType(
        {"shift_sd": 0.0, "catching": 0.0, "carry_over": 0.0, "showing": 0.0}
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Value(Mechanism):
    """What customers bring, month by month.

    Parameters
    ----------
    revenue, revenue_spread : float
        Median revenue of a customer in a month, and standard deviation of its log.
    margin : float
        Contribution margin as a share of revenue.
    churn : float
        Share who leave in a month, at the mean of loyalty.
    churn_loyalty : float
        Change of the log odds of leaving by one score point of loyalty.
    churn_price : float
        Change of the log odds of leaving in the months of a price rise of severity 5.
    revenue_loyalty : float
        Change of log revenue by one score point of loyalty.
    referrals : float
        New customers who come on one customer's word in a month, at the mean of loyalty.
    referral_loyalty : float
        Change of the log of that number by one score point of loyalty.
    contact_cost : mapping
        Cost of one handled contact, by channel, in the organisation's currency.
    """

    revenue: float = 55.0
    revenue_spread: float = 0.5
    margin: float = 0.32
    churn: float = 0.012
    churn_loyalty: float = -0.3
    churn_price: float = 0.5
    revenue_loyalty: float = 0.015
    referrals: float = 0.006
    referral_loyalty: float = 0.25
    contact_cost: Mapping[str, float] = field(
        default_factory=lambda: table(phone=6.2, chat=4.1, messaging=3.4, email=5.0, social=3.8, letter=9.0, bot=0.4)
    )
    NEUTRAL: ClassVar[Mapping[str, object]] = MappingProxyType(
        {"churn_loyalty": 0.0, "churn_price": 0.0, "revenue_loyalty": 0.0, "referral_loyalty": 0.0}
    )
