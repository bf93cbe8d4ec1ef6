"""How a program shows its token to the API."""

from contextlib import ExitStack
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from klankbord.web.kernel.access import Actor
from klankbord.web.kernel.tenancy import acting_in
from klankbord.web.people.queries import token_actor


class TokenAuth(HttpBearer):
    """Lets a program in by its token, and acts in the token's organisation until the request is answered."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """Return who acts, or nobody."""
        actor = token_actor(token)
        if actor is not None:
            request.actor = actor  # type: ignore[attr-defined]
            until_answered: ExitStack = request.until_answered  # type: ignore[attr-defined]
            until_answered.enter_context(acting_in(actor.organisation))
            until_answered.enter_context(timezone.override(ZoneInfo(actor.organisation.zone)))
        return actor
