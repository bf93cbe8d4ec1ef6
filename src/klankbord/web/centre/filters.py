"""What a list of units can be narrowed to; nothing of it is personal, because it stands in the address."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from klankbord.web.centre.kinds import KINDS, Kind
from klankbord.web.kernel.wording import say

_SHOWN: Mapping[str, Q] = {
    "all": Q(),
    "news": Q(learnt_at__isnull=False, looked_at__isnull=True),
    "active": Q(active=True),
    "inactive": Q(active=False),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What was asked of a list."""

    kind: Kind
    show: str = "all"
    words: str = ""
    references: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, query: Mapping[str, str], kind: Kind) -> "Filters":
        """Read the filters from an address; what makes no sense is passed over."""
        show = query.get("show", "all")
        numbers = {name: query.get(name, "") for name in kind.fields if name in KINDS}
        return cls(
            kind=kind,
            show=show if show in _SHOWN else "all",
            # The name of an agent must not stand in an address.
            words="" if kind.personal else query.get("q", "").strip(),
            references={name: int(number) for name, number in numbers.items() if number.isdecimal()},
        )

    @property
    def narrow(self) -> bool:
        """Whether anything was asked."""
        return self.show != "all" or bool(self.words) or bool(self.references)

    def applied(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows that were asked for."""
        found = rows.filter(_SHOWN[self.show], **{f"{name}_id": number for name, number in self.references.items()})
        return found.filter(Q(name__icontains=self.words) | Q(code__icontains=self.words)) if self.words else found

    def tabs(self) -> list[dict[str, Any]]:
        """Return the ways to look at the list."""
        return [{"show": show, "label": say(f"centre.shown.{show}"), "current": show == self.show} for show in _SHOWN]
