"""What a page says before anything has been brought in: what to do, for whoever may do it."""

from klankbord.web.insights.addresses import Addresses
from klankbord.web.kernel.access import Actor, Permission


def beginning(actor: Actor) -> dict[str, object]:
    """Return whether this member can bring contacts in, and where."""
    bring_in = Addresses(organisation=actor.organisation).of("upload-list")
    return {"may_bring_in": actor.may(Permission.BRING_IN), "bring_in": bring_in}
