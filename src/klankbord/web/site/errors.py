"""Pages for when something is wrong: said plainly, with what to do next."""

from django.http import HttpRequest, HttpResponse

from klankbord.web.kernel.middleware import problem_page
from klankbord.web.site.problems import problem


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that the request cannot be understood."""
    del exception
    return problem_page(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that this may not be seen or done."""
    del exception
    return problem_page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that there is nothing here."""
    del exception
    if request.path.startswith("/api/"):
        return problem(404, "there is nothing here", code="not_found")
    return problem_page(request, 404)


def broken(request: HttpRequest) -> HttpResponse:
    """Say that we made a mistake; without a context, which may be what broke."""
    del request
    from django.template.loader import get_template  # noqa: PLC0415  the template engine may be what broke

    return HttpResponse(get_template("500.html").render(), status=500)
