"""The page of one contact: its story in order, and its facts beside it."""

from collections.abc import Iterator
from dataclasses import dataclass

from klankbord.lake.looking import Line
from klankbord.web.insights.addresses import Addresses
from klankbord.web.insights.asking_told import asking_of
from klankbord.web.insights.listing import is_anonymous
from klankbord.web.insights.naming import Names, dimension_name, measure_name
from klankbord.web.insights.queries import Look
from klankbord.web.insights.reach import may_ask_by_agent
from klankbord.web.insights.stories import Told
from klankbord.web.insights.telling import Moment, Telling
from klankbord.web.insights.values import lasting
from klankbord.web.kernel.access import Permission
from klankbord.web.kernel.templatetags.say import moment
from klankbord.web.kernel.wording import say

_PLACES = ("client", "site", "team", "agent", "queue", "channel", "direction", "touchpoint", "reason")
_MORE = ("step", "previous_touchpoint", "segment", "age_band", "language", "handled_by", "resolved", "survey")
_SHORT = 6  # digits of a pseudonym that tell one customer from another on a page


@dataclass(frozen=True, kw_only=True)
class StoryPage:
    """One contact, written for a page."""

    look: Look
    told: Told
    names: Names

    @property
    def contact(self) -> Line:
        """The contact itself."""
        return self.told.story.contact

    @property
    def when(self) -> str:
        """When it began."""
        return moment(self.contact.started_at)

    @property
    def summary(self) -> str:
        """The contact in a few words."""
        found = (
            self.names(name, value) for name in ("channel", "queue", "team") if (value := getattr(self.contact, name))
        )
        return ", ".join(found)

    @property
    def moments(self) -> list[Moment]:
        """What happened, in order."""
        addresses = Addresses(organisation=self.look.actor.organisation)
        asking = asking_of(self.look.actor, self.contact, addresses)
        return Telling(story=self.told.story, names=self.names, addresses=addresses, asking=asking).moments()

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What is known of it."""
        return [*self._named(_PLACES), *self._measured(), *self._named(_MORE), *sorted(self.contact.attributes.items())]

    @property
    def anonymous(self) -> bool:
        """Whether what this customer answered is kept from whoever looks."""
        return is_anonymous(self.contact)

    @property
    def customer(self) -> str:
        """The beginning of the customer's pseudonym."""
        return (self.contact.customer or "")[:_SHORT]

    @property
    def may_see_address(self) -> bool:
        """Whether this member may look at addresses."""
        return self.look.actor.may(Permission.SEE_PERSONAL)

    def _named(self, dimensions: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        for name in dimensions:
            value = getattr(self.contact, name)
            if value is not None and (name != "agent" or may_ask_by_agent(self.look.actor, self.look.attribution)):
                yield dimension_name(name), self.names(name, value)

    def _measured(self) -> Iterator[tuple[str, str]]:
        for name in ("wait", "handle"):
            seconds = getattr(self.contact, f"{name}_s")
            if seconds is not None:
                yield say(f"insights.list.columns.{name}"), lasting(seconds)
        if self.contact.prediction is not None:
            yield dimension_name("prediction"), str(self.contact.prediction)
        if self.contact.score is not None:
            yield (
                measure_name(self.contact.metric) if self.contact.metric else dimension_name("score"),
                str(self.contact.score),
            )
        if self.contact.next_contact_after_s is not None:
            yield say("insights.story.next_contact"), lasting(self.contact.next_contact_after_s)
