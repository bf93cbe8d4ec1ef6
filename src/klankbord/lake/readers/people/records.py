"""What is read of people: one `Person` a row, and an account of the rows that name nobody."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from klankbord.lake.readers.drops import Dropped
from klankbord.results import Notice

Stop = Literal["opted_out", "bounced", "complained"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody whom a tool knows.

    Parameters
    ----------
    id, email, phone : str
        How they are known there; empty where the tool does not say.
    stop : {"opted_out", "bounced", "complained"} or None
        Why they must not be asked again; None for whoever may be.
    stopped_at : datetime or None
        Since when, in UTC.
    asked_at : datetime or None
        When they were last asked, in UTC.
    """

    id: str = ""
    email: str = ""
    phone: str = ""
    stop: Stop | None = None
    stopped_at: datetime | None = None
    asked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """The people in some files.

    Parameters
    ----------
    source, title : str
        The tool that wrote them.
    rows : tuple of Person
        One a row that names somebody.
    read : int
        Rows in the files.
    drops : tuple of Dropped
        Rows that were left out, by reason.
    notices : tuple of Notice
        What had to be assumed.

    Examples
    --------
    >>> rows = (Person(email="a@b.example", stop="bounced"),)
    >>> People(source="delighted", title="Delighted", rows=rows, read=1).counts
    {'active': 0, 'opted_out': 0, 'bounced': 1, 'complained': 0, 'asked': 0}
    """

    source: str
    title: str
    rows: tuple[Person, ...]
    read: int
    drops: tuple[Dropped, ...] = ()
    notices: tuple[Notice, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """How many may be asked, how many not and why, and of how many it is known when they were asked."""
        by_stop = Counter(person.stop or "active" for person in self.rows)
        told = {name: by_stop[name] for name in ("active", "opted_out", "bounced", "complained")}
        return told | {"asked": sum(person.asked_at is not None for person in self.rows)}
