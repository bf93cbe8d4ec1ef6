"""What a preset is made of: subjects that customers call about, clients that own them, and the centre around them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from klankbord.twin.parameters import Parameters, table

DEPARTMENTS = ("front office", "back office", "technical", "retention")

AGES = table(**{"18-29": 0.16, "30-44": 0.26, "45-59": 0.28, "60-74": 0.21, "75+": 0.09})


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One subject of contact: it has a queue for each of its channels.

    Parameters
    ----------
    name : str
        What the centre calls its queue.
    touchpoint : str
        The moment in the customer's journey.
    department : str
        One of `DEPARTMENTS`.
    share : float
        Contacts, as a share of the client's.
    channels : mapping
        Shares of the channels within the subject.
    reasons : mapping
        Wrap-up codes and their shares.
    comments : tuple of str
        What customers write about after such a contact: ids of `klankbord.twin.comments.TOPICS`.
    threshold_s : int
        Seconds within which a call is to be answered; other channels derive their promise from it.
    always_open : bool
        Whether it is served at night and on Sundays.
    invoiced : bool
        Whether contacts peak when invoices go out.
    """

    name: str
    touchpoint: str
    department: str
    share: float
    channels: Mapping[str, float]
    reasons: Mapping[str, float]
    comments: tuple[str, ...]
    threshold_s: int = 30
    always_open: bool = False
    invoiced: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A principal: whose customers call.

    Parameters
    ----------
    name : str
        Its name.
    brand : str
        How customers call it.
    share : float
        Its contacts, as a share of the centre's.
    subjects : tuple of Subject
        What its customers call about.
    """

    name: str
    brand: str
    share: float
    subjects: tuple[Subject, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A plausible centre of one trade.

    Parameters
    ----------
    name, about : str
        How it is asked for, and one line for who chooses.
    clients : tuple of Client
        Whose customers call; a centre of its own has one client for each of its brands.
    sites : mapping
        Towns with a site, and their shares of the teams.
    segments, age_bands, languages : mapping
        Customers by segment, age band and language, as shares.
    follows : mapping
        Touchpoints that lead to another: for each, the next ones and their shares.
    parameters : Parameters
        What is true of this trade.
    """

    name: str
    about: str
    clients: tuple[Client, ...]
    sites: Mapping[str, float]
    segments: Mapping[str, float]
    follows: Mapping[str, Mapping[str, float]]
    age_bands: Mapping[str, float] = field(default_factory=lambda: AGES)
    languages: Mapping[str, float] = field(default_factory=lambda: table(nl=0.55, fr=0.3, de=0.05, en=0.1))
    parameters: Parameters = field(default_factory=Parameters)
