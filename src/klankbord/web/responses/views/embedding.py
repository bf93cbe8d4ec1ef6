"""The script by which a survey is shown inside a page of somebody else's."""

from functools import cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse

from klankbord.web.kernel.access import PUBLIC, needs

_SCRIPT = Path(__file__).parents[1] / "static" / "responses" / "widget.js"


@needs(PUBLIC)
def script(request: HttpRequest, survey: str) -> HttpResponse:
    """Return the script: the same for every survey, whose address it reads from its own."""
    del request, survey
    headers = {"Cache-Control": "public, max-age=3600", "Cross-Origin-Resource-Policy": "cross-origin"}
    return HttpResponse(_source(), content_type="text/javascript; charset=utf-8", headers=headers)


@cache
def _source() -> bytes:
    return _SCRIPT.read_bytes()
