"""What files tell of people besides contacts and answers, handed to whichever room above keeps it."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from klankbord.lake.readers.people import People, holds_people, read_people
from klankbord.web.kernel.access import Actor

Taker = Callable[[Actor, People], Mapping[str, int]]
_takers: list[Taker] = []


def takes_people(taker: Taker) -> Taker:
    """Let a room take what files tell of people; it says what became of them, and may be told the same again."""
    _takers.append(taker)
    return taker


def people_found(paths: Sequence[Path], zone: str) -> dict[str, Any] | None:
    """Return what files of people hold, without taking any of it in; nothing where they hold answers or contacts."""
    if not holds_people(*paths):
        return None
    people = read_people(*paths, zone=zone)
    return _told(people) | {"guessed": False, "encoding": None, "zone": zone, "first_at": None, "last_at": None}


def hand_on(actor: Actor, paths: Sequence[Path], zone: str) -> dict[str, Any] | None:
    """Hand on what files tell of people, and return the account of it; nothing where they tell nothing."""
    people = read_people(*paths, zone=zone)
    if not people.rows:
        return None
    became: dict[str, int] = {}
    for taker in _takers:
        became |= taker(actor, people)
    return _told(people) | {"became": became}


def _told(people: People) -> dict[str, Any]:
    return {
        "kind": "people",
        "title": people.title,
        "source": people.source,
        "read": people.read,
        "kept": len(people.rows),
        "counts": people.counts,
        "dropped": [drop.to_dict() | {"examples": []} for drop in people.drops],
        "notices": [notice.to_dict() for notice in people.notices],
    }
