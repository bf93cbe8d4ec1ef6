"""Taking in what mail servers return: a report is read, proved to be about a letter of ours, and noted."""

from collections.abc import Iterable

from klankbord.web.invitations.actions.noting import note_bounce, note_complaint, note_delivered, opt_out
from klankbord.web.invitations.reports import Report, read_report
from klankbord.web.invitations.returns import invitation_tagged
from klankbord.web.kernel.models import Organisation
from klankbord.web.kernel.tenancy import acting_in


def take_returned(raw: bytes, recipients: Iterable[str] = (), *, of: Organisation | None = None) -> Report:
    """Note what a message that came back says, and return what it was taken for.

    Anybody can write to that address, so only the tag proves anything: it was in our letter, and nobody else can make
    one. Whoever has the letter may do harm to its own recipient only. With `of`, letters of others are unknown.
    """
    report = read_report(raw, recipients)
    invitation = invitation_tagged(report.tag) if report.tag else None
    if invitation is None or (of is not None and invitation.organisation != of):
        return Report("unknown")
    with acting_in(invitation.organisation):
        match report.kind:
            case "bounced":
                note_bounce(invitation)
            case "complained":
                note_complaint(invitation)
            case "delivered":
                note_delivered(invitation)
            case "stop":
                opt_out(invitation, source="mail")
    return report
