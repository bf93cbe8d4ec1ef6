"""Today in the demonstration: customers were just in touch, a rule asks them, and their mail lies in the outbox."""

from datetime import UTC, datetime, timedelta
from itertools import cycle
from typing import Final

from klankbord.lake.looking import known_units
from klankbord.web.contacts.actions import receive_contacts
from klankbord.web.invitations.actions.rules import add_rule, switch_rule
from klankbord.web.kernel.access import Actor
from klankbord.web.kernel.lakes import lake_of
from klankbord.web.surveys.models import Survey

_CUSTOMERS: Final = {
    "nl": ("jansen", "de.vries", "bakker", "visser", "smit", "meijer", "mulder", "peeters", "maes", "claes"),
    "fr": ("dubois", "lambert", "dupont", "simon"),
    "de": ("müller", "schmidt", "weber"),
    "en": ("taylor", "brown", "walker"),
}
_TOUCHPOINTS: Final = ("invoice", "move", "technical", "contract")


def let_ask(actor: Actor, survey: Survey) -> None:
    """Let a rule ask about every contact at once, and let some contacts come in that it asks about."""
    rule = add_rule(
        actor,
        name="After every contact",
        survey=survey,
        share=1.0,
        delay_minutes=0,
        reminder_after_days=5,
        open_days=14,
    )
    switch_rule(actor, rule=rule, live=True)
    receive_contacts(actor=actor, source="demo", rows=_contacts(actor))


def _contacts(actor: Actor) -> list[dict[str, object]]:
    """Return contacts of the last hours with agents who are at work, as an exchange would tell them."""
    units, now = known_units(lake_of(actor.organisation)), datetime.now(UTC)
    agents = [
        agent for agent in units.agents if agent.last_on == max(one.last_on or now.date() for one in units.agents)
    ]
    queues, touchpoints = cycle(units.queues), cycle(_TOUCHPOINTS)
    rows: list[dict[str, object]] = []
    for (language, name), agent in zip(_people(), cycle(agents or units.agents), strict=False):
        ended = now - timedelta(minutes=12 + 7 * len(rows))
        queue = next(queues)
        rows.append(
            {
                "external_id": f"today-{len(rows) + 1}",
                "customer": {"email": f"{name.replace('ü', 'ue')}@klant.example", "language": language},
                "started_at": (ended - timedelta(minutes=6)).isoformat(),
                "ended_at": ended.isoformat(),
                "client": agent.client or "",
                "site": agent.site or "",
                "team": agent.team or "",
                "agent": agent.name,
                "queue": queue.name,
                "channel": queue.channel or "phone",
                "direction": "inbound",
                "touchpoint": next(touchpoints),
                "language": language,
                "handled_by": "human",
                "offered": True,
                "answered": True,
                "wait_s": 20 + 9 * len(rows),
                "talk_s": 300,
                "wrap_s": 40,
            }
        )
    return rows


def _people() -> list[tuple[str, str]]:
    return [(language, name) for language, names in _CUSTOMERS.items() for name in names]
