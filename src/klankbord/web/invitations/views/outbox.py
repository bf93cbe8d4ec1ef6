"""The outbox of the demonstration: every letter as it would have arrived, with links that can be followed."""

from base64 import b64encode
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from klankbord.web.invitations.steps import next_step
from klankbord.web.kernel import outbox
from klankbord.web.kernel.access import SIGNED_IN, needs

_SHOWN = 100
# A letter brings its own styles, and nothing else is let in: it is shown as a mailbox would, apart from our pages.
_POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)


@needs(SIGNED_IN)
@require_safe
def outbox_list(request: HttpRequest) -> HttpResponse:
    """List the letters, the newest first."""
    read = ((name, outbox.message(name)) for name in outbox.kept()[:_SHOWN])
    letters = [
        {"name": name, "to": one["To"], "subject": one["Subject"], "at": _moment(one["Date"])}
        for name, one in read
        if one
    ]
    context = {"letters": letters, "step": None if letters else next_step(request.actor)}  # type: ignore[attr-defined]
    return render(request, "invitations/outbox_list.html", context)


@needs(SIGNED_IN)
@require_safe
def outbox_detail(request: HttpRequest, name: str) -> HttpResponse:
    """Show the text of a letter and what stands above it."""
    letter = outbox.message(name)
    if letter is None:
        raise Http404
    text, html = letter.get_body(("plain",)), letter.get_body(("html",))
    headers = [(key, value) for key, value in letter.items() if key.lower() not in {"content-type", "mime-version"}]
    context = {
        "name": name,
        "subject": letter["Subject"],
        "headers": headers,
        "text": text.get_content() if text else "",
        "has_html": html is not None,
    }
    return render(request, "invitations/outbox_detail.html", context)


@needs(SIGNED_IN)
@require_safe
def outbox_html(request: HttpRequest, name: str) -> HttpResponse:
    """Show a letter as HTML, as a mailbox does that fetches nothing: with the picture that it carries."""
    del request
    letter = outbox.message(name)
    html = letter.get_body(("html",)) if letter else None
    if html is None:
        raise Http404
    shown = html.get_content()
    for part in letter.walk() if letter else ():
        name = str(part["Content-ID"] or "").strip("<>")
        if name:
            data = b64encode(part.get_payload(decode=True)).decode()  # type: ignore[arg-type]
            shown = shown.replace(f"cid:{name}", f"data:{part.get_content_type()};base64,{data}")
    return HttpResponse(shown, headers={"Content-Security-Policy": _POLICY})


def _moment(written: str) -> datetime:
    return parsedate_to_datetime(written).replace(tzinfo=UTC)  # in which letters of ours are dated


urlpatterns = [
    path("outbox", outbox_list, name="outbox-list"),
    path("outbox/<slug:name>", outbox_detail, name="outbox-detail"),
    path("outbox/<slug:name>/html", outbox_html, name="outbox-html"),
]
