"""What was sent: the fields of a form, so that they can be sent again, and a body that is too large to be read."""

from django.http import HttpRequest

_PERSONAL = "/account/"  # passwords and codes are typed again, not written into a page
_PIECE, _PIECES = 1 << 20, 1024


def let_finish(request: HttpRequest) -> None:
    """Take the rest of a body and throw it away: until they have sent all of it, many do not look at the answer."""
    for _ in range(_PIECES):
        if not request.read(_PIECE):
            return


def fields_of(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the fields as they came; nothing where files or secrets are among them, or nothing was sent."""
    if request.method != "POST" or request.path.startswith(_PERSONAL) or request.FILES:
        return []
    return [(name, str(value)) for name, values in request.POST.lists() for value in values]
