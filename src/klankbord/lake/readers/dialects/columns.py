"""Finding columns by heading: names that users and tools give to the agent, the channel, the language and the case."""

from collections.abc import Iterable, Sequence
from itertools import count

from klankbord.lake.readers.dialect import Fields, Head

AGENT = ("agent", "agent_name", "agent name", "agent_id", "employee", "medewerker", "mitarbeiter", "conseiller")
CHANNEL = ("channel", "kanaal", "kanal", "canal")
LANGUAGE = ("language", "locale", "lang", "taal", "sprache", "langue")
CONTACT = ("contact_ref", "case_id", "case", "ticket_id", "ticket", "conversation_id", "call_id")


def first_of(header: Sequence[str], *names: str) -> str | None:
    """Return the heading that is one of `names` whatever its case, the earliest name first; None when none is there.

    Examples
    --------
    >>> first_of(("id", "Agent Name", "Agent"), "agent", "agent name")
    'Agent'
    """
    by_fold = {heading.strip().casefold(): heading for heading in reversed(header)}
    return next((by_fold[name.casefold()] for name in names if name.casefold() in by_fold), None)


def fields(header: Sequence[str], *, score: str, **named: str | None) -> Fields:
    """Return the fields that a dialect names, and the agent, channel, language and case as users call them.

    Examples
    --------
    >>> fields(("score", "Medewerker", "kanaal"), score="score", channel=None).agent
    'Medewerker'
    """
    usual = {
        "agent": first_of(header, *AGENT),
        "channel": first_of(header, *CHANNEL),
        "language": first_of(header, *LANGUAGE),
        "contact": first_of(header, *CONTACT),
    }
    return Fields(score=score, **usual | {name: column for name, column in named.items() if column})


def unique(headings: Iterable[str]) -> tuple[str, ...]:
    """Return a name for every heading: without line breaks, numbered when it was seen before, never empty.

    Examples
    --------
    >>> unique(["Why?", "", "why?"])
    ('Why?', 'column 2', 'why? (2)')
    """
    names: list[str] = []
    taken: set[str] = set()
    for position, heading in enumerate(headings, 1):
        plain = " ".join(heading.split()) or f"column {position}"
        numbered = (plain if time == 1 else f"{plain} ({time})" for time in count(1))
        names.append(next(name for name in numbered if name.casefold() not in taken))
        taken.add(names[-1].casefold())
    return tuple(names)


def answers(head: Head, columns: Sequence[str], *, skip: int = 1) -> dict[str, tuple[str, ...]]:
    """Return the first values of every column below `skip` header records; a short record counts as empty there."""
    rows = head.records[skip:]
    return {
        name: tuple(row[position] if position < len(row) else "" for row in rows)
        for position, name in enumerate(columns)
    }
