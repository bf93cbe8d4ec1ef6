"""How a person is told from a machine: one table of rules, over what is known of a sitting."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

SITTING: Final = timedelta(minutes=10)
"""How long visits of one visitor belong together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """What one visitor did around one moment: with the link of one mail, and beside it.

    Parameters
    ----------
    trapped : bool
        Whether they followed the link that the mail hides from people.
    scores_opened : int
        Different scores of this mail that they opened.
    links_opened : int
        Links of different customers that they opened, this one among them.
    scores_sent : int
        Different scores sent from one view of the page.
    waited_ms : int or None
        Milliseconds from showing the page to what was sent; None where nothing was sent.
    since_delivery_s : float or None
        Seconds since the mail arrived, or left; None for a link that nobody was sent.
    confirmed : bool
        Whether somebody pressed a button, rather than the page by itself.
    """

    trapped: bool = False
    scores_opened: int = 0
    links_opened: int = 0
    scores_sent: int = 1
    waited_ms: int | None = None
    since_delivery_s: float | None = None
    confirmed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One reason to take a visitor for a machine; `of_the_visitor` also casts doubt on what they did before."""

    reason: str
    applies: Callable[[Sitting], bool]
    of_the_visitor: bool = False


OF_ONE_VIEW: Final = "several_buttons"
"""The reason that casts doubt on everything sent from the same view of the page."""
RULES: Final = (
    Rule(reason="honeypot", applies=lambda sitting: sitting.trapped, of_the_visitor=True),
    Rule(reason="all_links", applies=lambda sitting: sitting.scores_opened >= 4, of_the_visitor=True),
    Rule(reason="many_links", applies=lambda sitting: sitting.links_opened >= 6, of_the_visitor=True),
    Rule(reason=OF_ONE_VIEW, applies=lambda sitting: sitting.scores_sent >= 3),
    Rule(reason="too_quick", applies=lambda sitting: sitting.waited_ms is not None and sitting.waited_ms < 500),
    Rule(
        reason="at_delivery",
        applies=lambda sitting: (
            not sitting.confirmed and sitting.since_delivery_s is not None and sitting.since_delivery_s < 60
        ),
    ),
)
"""The first rule that applies gives the reason. Each is described in docs/answers.md."""
FORGIVEN: Final = frozenset({"at_delivery"})
"""Reasons that go when the visitor confirms."""


def suspicion(sitting: Sitting) -> str:
    """Return why what was sent does not count; nothing where it does.

    Examples
    --------
    >>> suspicion(Sitting(scores_opened=11, waited_ms=4000))
    'all_links'
    >>> suspicion(Sitting(waited_ms=4000, since_delivery_s=8, confirmed=False))
    'at_delivery'
    >>> suspicion(Sitting(waited_ms=4000, since_delivery_s=8))
    ''
    """
    return next((rule.reason for rule in RULES if rule.applies(sitting)), "")


def distrust(sitting: Sitting) -> str:
    """Return why nothing of a visitor counts, whatever they send; nothing where they may be a person."""
    return next((rule.reason for rule in RULES if rule.of_the_visitor and rule.applies(sitting)), "")
