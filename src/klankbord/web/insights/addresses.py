"""Where things are: the addresses of this room's pages, none of them with personal data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote, urlencode

from django.urls import reverse

from klankbord.lake.questions import Question
from klankbord.web.insights.references import seal
from klankbord.web.insights.wanted import DIMENSIONS, EMPTY, Wanted
from klankbord.web.kernel.models import Organisation


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Addresses in one organisation."""

    organisation: Organisation

    def of(self, name: str, **parts: object) -> str:
        """Return the address of a page by its name."""
        return reverse(name, kwargs={"organisation": self.organisation.slug, **parts})

    def question(self, question: Question) -> str:
        """Return where a number says what it is."""
        return f"{self.of('question')}?{question.to_query()}"

    def behind(self, question: Question, group: Mapping[str, object] | None = None) -> str:
        """Return where the contacts behind a number are listed, of all or of one group."""
        told = [("group", f"{name}={_told(value)}") for name, value in (group or {}).items()]
        more = f"&{urlencode(told, quote_via=quote)}" if told else ""
        return f"{self.of('contacts-behind')}?{question.to_query()}{more}"

    def unit(self, dimension: str, code: object, wanted: Wanted) -> str:
        """Return the overview of one unit over the same days, or nothing where there is none."""
        if dimension not in DIMENSIONS or code is None or wanted.unit == (dimension, code):
            return ""
        kept = wanted.without_filters().query(by=None)
        return self.of("unit-overview", dimension=dimension, code=str(code)) + ("" if kept == "?" else kept)

    def story(self, source: str | None, external_id: str | None) -> str:
        """Return the story of a contact, or nothing where an answer has found none."""
        if source is None or external_id is None:
            return ""
        return self.of("contact-story", token=seal(self.organisation, "contact", source, external_id))


def _told(value: object) -> str:
    if value is None:
        return EMPTY
    return value.isoformat() if isinstance(value, date) else str(value)
