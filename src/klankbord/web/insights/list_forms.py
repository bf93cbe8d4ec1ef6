"""Filters of the list of contacts: those of every page, and what only a single contact has."""

from klankbord.web.insights.forms import FilterForm, choice_of
from klankbord.web.insights.listing import KINDS, TAKEN
from klankbord.web.insights.naming import Names, reason
from klankbord.web.insights.queries import Look
from klankbord.web.insights.wanted import Wanted
from klankbord.web.kernel.wording import say


class ListForm(FilterForm):
    """Filters with the kind of score, whether a person took it, and why it was not asked about."""

    def __init__(self, look: Look, wanted: Wanted, names: Names) -> None:
        super().__init__(look, wanted, names)
        reasons = [(str(value), reason(str(value))) for value, _ in look.choices("not_asked_reason", table="contacts")]
        kinds = [(kind, say(f"insights.list.kinds.{kind}")) for kind in KINDS]
        taken = [(answer, say(f"insights.list.taken.{answer}")) for answer in TAKEN]
        for name, options in (("kind", kinds), ("taken", taken), ("not_asked", reasons)):
            label, everything = say(f"insights.list.filters.{name}"), ("", say("kernel.form.all"))
            self.fields[name] = choice_of(label, [everything, *options], wanted.more.get(name))
