"""The fixed words of the truth: languages, topics, emotions, and the form in which comments come back."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LANGUAGES = ("nl", "fr", "de", "en")

TOPICS = (
    "waiting",
    "politeness",
    "expertise",
    "resolution",
    "price",
    "billing",
    "outage",
    "transfer",
    "digital",
    "speed",
    "clarity",
    "follow_up",
    "contract",
    "delivery",
    "no_reason",
)

EMOTIONS = (
    "joy",
    "gratitude",
    "relief",
    "trust",
    "frustration",
    "anger",
    "disappointment",
    "confusion",
    "worry",
    "neutral",
)

PERSONAL = ("name", "phone", "email", "iban", "customer_number", "address", "birth_date")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comments:
    """What customers wrote, and what is true of it.

    Parameters
    ----------
    texts : list of str
        The comments as the customer wrote them, with personal data in them.
    topics : list of tuple of str
        One to three ids of `TOPICS` for each comment, in the order in which they come in the text.
    sentiment : array of float32
        The mean of what the clauses say, from -1 (bad) to 1 (good); irony counts as it is meant.
    emotion : list of str
        One of `EMOTIONS` for each comment: that of its strongest clause.
    personal : list of tuple of (str, str)
        For each comment every planted (kind, exact substring), kind being one of `PERSONAL`.
    """

    texts: list[str]
    topics: list[tuple[str, ...]]
    sentiment: NDArray[np.float32]
    emotion: list[str]
    personal: list[tuple[tuple[str, str], ...]]
