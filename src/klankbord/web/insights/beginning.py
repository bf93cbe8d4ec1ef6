"""What a page says where there is nothing to show: what to do before anything came in, or why an agent sees nothing."""

from klankbord.web.insights.addresses import Addresses
from klankbord.web.insights.queries import Look
from klankbord.web.kernel.access import Permission


def beginning(look: Look) -> dict[str, object]:
    """Return whether anything came in, and whether this member can bring contacts in, and where."""
    bring_in = Addresses(organisation=look.actor.organisation).of("upload-list")
    return {"is_empty": look.is_empty, "may_bring_in": look.actor.may(Permission.BRING_IN), "bring_in": bring_in}
