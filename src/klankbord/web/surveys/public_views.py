"""What pages for whoever answers load besides their own: the colours of a brand, and its logo."""

from django.http import Http404, HttpRequest, HttpResponse

from klankbord.web.kernel.access import PUBLIC, needs
from klankbord.web.kernel.tenancy import everywhere
from klankbord.web.surveys.models import Logo

_FOR_EVER = "public, max-age=31536000, immutable"


@needs(PUBLIC)
def survey_look(request: HttpRequest, day: str, night: str) -> HttpResponse:
    """Return the accent as a style sheet: pages hold no styles of their own."""
    del request
    css = f":root{{--accent:#{day}}}@media(prefers-color-scheme:dark){{:root{{--accent:#{night}}}}}"
    return HttpResponse(css, content_type="text/css", headers={"Cache-Control": _FOR_EVER})


@needs(PUBLIC)
def survey_logo(request: HttpRequest, public_id: str) -> HttpResponse:
    """Return the logo of a brand: the same picture at this address for ever."""
    del request
    with everywhere():
        logo = Logo.objects.filter(public_id=public_id).first()
    if logo is None:
        raise Http404
    headers = {"Cache-Control": _FOR_EVER, "Content-Security-Policy": "sandbox; default-src 'none'"}
    return HttpResponse(bytes(logo.content), content_type=f"image/{logo.kind}", headers=headers)
