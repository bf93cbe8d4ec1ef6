"""How long each class of data is kept: the classes, how long where nobody has decided, and within which bounds."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from klankbord.web.contacts.retention import DEFAULT_DAYS
from klankbord.web.kernel.models import Organisation


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A class of data: its name, and for how many days it is kept at least, usually and at most."""

    name: str
    days: int
    least: int = 1
    most: int = 3650


KINDS = (
    Kind(name="address", days=DEFAULT_DAYS["address"]),
    Kind(name="raw", days=DEFAULT_DAYS["raw"]),
    Kind(name="comment", days=730),
    Kind(name="answer", days=1825),
    Kind(name="contact", days=1095),
    Kind(name="upload", days=1825),
    # Whoever looked at somebody's data must be able to be found for as long as that may be complained about.
    Kind(name="audit", days=1825, least=365),
)


def days_kept(organisation: Organisation, kind: Kind) -> int:
    """Return for how many days an organisation keeps a class of data."""
    return int(organisation.retention.get(kind.name, kind.days))


def limits(organisation: Organisation) -> Iterator[tuple[Kind, date]]:
    """Give for each class the first day that is still kept; what is from before it goes."""
    today = datetime.now(ZoneInfo(organisation.zone)).date()
    for kind in KINDS:
        yield kind, today - timedelta(days=days_kept(organisation, kind))
