"""How far somebody sees, as a page says it."""

from collections.abc import Mapping

from django.template import Library

from klankbord.web.kernel.access import Role
from klankbord.web.people.models import Invitation, Membership

register = Library()


@register.filter
def sees(row: Membership | Invitation, names: Mapping[Role, Mapping[str, str]]) -> str:
    """Name the teams, the client or the agent that somebody is held to; a code without a name stands for itself."""
    known = names.get(Role(row.role), {})
    return ", ".join(known.get(code, code) for code in row.codes)
