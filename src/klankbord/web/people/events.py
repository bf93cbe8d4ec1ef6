"""What rooms further up may want to know of organisations."""

from dataclasses import dataclass

from klankbord.web.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneChanged(Event):
    """The days of an organisation begin at another moment now."""
