"""The audit log as a page and as a file."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from klankbord.web.kernel.access import Permission, needs
from klankbord.web.kernel.models import Organisation
from klankbord.web.privacy import actions, log
from klankbord.web.privacy.forms import LogFilters


@needs(Permission.SEE_AUDIT)
@require_safe
def audit_log(request: HttpRequest) -> HttpResponse:
    """Show who did what, when, and about whom, newest first."""
    actor = request.actor  # type: ignore[attr-defined]
    filters = LogFilters(request.GET, choices=log.choices(actor))
    wanted = filters.wanted()
    entries, after = log.page_of(actor, wanted, filters.after())
    shown = {"form": filters, "entries": entries, "after": after, "filtered": wanted != log.Wanted()}
    return render(request, "privacy/audit_log.html", shown)


@needs(Permission.SEE_AUDIT)
@require_POST
def audit_file(request: HttpRequest) -> StreamingHttpResponse:
    """Hand out the log as CSV, narrowed as on the page; who took it is written down."""
    actor = request.actor  # type: ignore[attr-defined]
    wanted = LogFilters(request.POST, choices=log.choices(actor)).wanted()
    response = StreamingHttpResponse(actions.take_log(actor, wanted), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{_name(actor.organisation)}"'
    return response


def _name(organisation: Organisation) -> str:
    return f"audit-{organisation.slug}.csv"
