"""Errors as the API tells them: RFC 9457 problems, with our code and hint, and never more than was meant to be said."""

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from duckdb import IOException
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from klankbord.errors import KlankbordError
from klankbord.web.kernel.access import ForbiddenError
from klankbord.web.kernel.sent import let_finish

_SAID = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
PROBLEMS: dict[int, Any] = {
    status: {"description": HTTPStatus(status).phrase, "content": _SAID}
    for status in (400, 401, 403, 404, 405, 409, 413, 422, 500, 503)
}


def problem(status: int, detail: str, *, code: str = "", hint: str | None = None, **more: Any) -> HttpResponse:
    """Return an error as a problem."""
    title = HTTPStatus(status).phrase
    told = {
        "type": f"urn:klankbord:{code}" if code else "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code or title.lower().replace(" ", "_"),
        "hint": hint,
    }
    answer = JsonResponse(told | more, status=status, content_type="application/problem+json")
    if status == HTTPStatus.UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def tell_problems(api: NinjaAPI) -> None:
    """Have an API tell every error as a problem."""
    api.exception_handler(KlankbordError)(_ours)
    api.exception_handler(ValidationError)(_malformed)
    api.exception_handler(AuthenticationError)(_unknown)
    api.exception_handler(HttpError)(_refused)
    api.exception_handler(Http404)(_missing)
    api.exception_handler(RequestDataTooBig)(_too_big)
    api.exception_handler(IOException)(_rewritten)


def _ours(request: HttpRequest, error: KlankbordError | type[KlankbordError]) -> HttpResponse:
    del request
    assert isinstance(error, KlankbordError)  # noqa: S101  handlers are typed for classes too
    # The same error may be raised again: it is left as it is.
    data = {name: value for name, value in error.data.items() if name != "status"}
    status = 403 if isinstance(error, ForbiddenError) else error.data.get("status", 400)
    return problem(int(str(status)), error.message, code=error.code, hint=error.hint, data=_plain(data))


def _malformed(request: HttpRequest, error: ValidationError | type[ValidationError]) -> HttpResponse:
    del request
    found = [{"where": list(one["loc"]), "message": one["msg"]} for one in getattr(error, "errors", [])]
    detail = "; ".join(f"{'.'.join(map(str, one['where'][1:]))}: {one['message']}" for one in found[:5])
    return problem(422, detail, code="malformed", hint="the description of the API says what is expected", errors=found)


def _unknown(request: HttpRequest, error: Any) -> HttpResponse:
    del request, error
    detail = "the token is missing, unknown, revoked or expired"
    return problem(401, detail, code="unknown_token", hint="make one under API tokens")


def _refused(request: HttpRequest, error: Any) -> HttpResponse:
    del request
    return problem(error.status_code, str(error))


def _missing(request: HttpRequest, error: Any) -> HttpResponse:
    del request, error
    return problem(404, "there is nothing here", code="not_found")


def _rewritten(request: HttpRequest, error: Any) -> HttpResponse:
    del request, error
    told = problem(503, "the lake was rewritten while it was read", code="rewritten", hint="ask again")
    told.headers["Retry-After"] = "1"
    return told


def _too_big(request: HttpRequest, error: Any) -> HttpResponse:
    del error
    let_finish(request)
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024**2
    return problem(413, f"more than {most} MB at once", code="too_big", hint="send it in smaller portions")


def _plain(data: dict[str, object]) -> dict[str, object]:
    plain = str | int | float | bool | None
    return {name: value if isinstance(value, plain) else str(value) for name, value in data.items()}
