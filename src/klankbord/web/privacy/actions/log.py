"""Taking the audit log out of the house."""

from collections.abc import Iterator

from klankbord.web.kernel import audit
from klankbord.web.kernel.access import Actor, Permission
from klankbord.web.privacy.log import Wanted, as_table

_TAKEN = audit.entry_type("privacy.log_taken", shred=audit.keep_all)


def take_log(actor: Actor, wanted: Wanted) -> Iterator[str]:
    """Return the log as CSV, and write down who took it: reading it on the page leaves no trace, taking it does."""
    actor.require(Permission.SEE_AUDIT)
    audit.record(actor, _TAKEN, **wanted.told())
    return as_table(actor, wanted)
