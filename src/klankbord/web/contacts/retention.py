"""How long this room keeps what it keeps, in days, where the organisation has not decided otherwise."""

from types import MappingProxyType

from klankbord.web.kernel.models import Organisation

DEFAULT_DAYS = MappingProxyType({"address": 365, "raw": 90})


def days_kept(organisation: Organisation, what: str) -> int:
    """Return for how many days a class of data is kept."""
    return int(organisation.retention.get(what, DEFAULT_DAYS[what]))
