"""Who may do what, and how far somebody sees: permissions by role, and the reach of an actor."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import wraps
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

from django.db.models import Q

from klankbord.errors import KlankbordError

if TYPE_CHECKING:
    from django.http import HttpRequest

    from klankbord.web.kernel.models import Organisation


class Role(StrEnum):
    """What a member is in an organisation."""

    OWNER = "owner"
    PRIVACY_OFFICER = "privacy_officer"
    ANALYST = "analyst"
    LEAD = "lead"
    AGENT = "agent"
    CLIENT_VIEWER = "client_viewer"


class Permission(StrEnum):
    """What can be allowed; an API token holds some of these as its scopes."""

    SEE_NUMBERS = "numbers:read"
    SEE_CONTACTS = "contacts:read"
    BRING_IN = "contacts:write"
    SEE_PERSONAL = "personal:read"
    SEE_CENTRE = "centre:read"
    MANAGE_CENTRE = "centre:write"
    SEE_SURVEYS = "surveys:read"
    MANAGE_SURVEYS = "surveys:write"
    SEE_RESEARCH = "research:read"
    MANAGE_PEOPLE = "people:write"
    MANAGE_TOKENS = "tokens:write"
    MANAGE_ORGANISATION = "organisation:write"
    MANAGE_PRIVACY = "privacy:write"
    SEE_AUDIT = "audit:read"
    SEE_JOBS = "jobs:read"
    MANAGE_JOBS = "jobs:write"
    MANAGE_WEBHOOKS = "webhooks:write"


_P = Permission
PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.PRIVACY_OFFICER: frozenset({_P.SEE_PERSONAL, _P.SEE_CENTRE, _P.MANAGE_PRIVACY, _P.SEE_AUDIT}),
    Role.ANALYST: frozenset(
        {
            *(_P.SEE_NUMBERS, _P.SEE_CONTACTS, _P.BRING_IN, _P.SEE_CENTRE, _P.MANAGE_CENTRE, _P.SEE_JOBS),
            *(_P.SEE_SURVEYS, _P.MANAGE_SURVEYS, _P.SEE_RESEARCH),
        }
    ),
    # Whoever may not see research is the line: to them its answers are anonymous, as respondents were told.
    Role.LEAD: frozenset({_P.SEE_NUMBERS, _P.SEE_CONTACTS, _P.SEE_CENTRE, _P.SEE_SURVEYS}),
    Role.AGENT: frozenset({_P.SEE_NUMBERS, _P.SEE_CONTACTS}),
    Role.CLIENT_VIEWER: frozenset({_P.SEE_NUMBERS}),
}
# What a program may be given; people, tokens and privacy stay with people.
TOKEN_SCOPES = frozenset(
    {
        *(_P.SEE_NUMBERS, _P.SEE_CONTACTS, _P.BRING_IN, _P.SEE_CENTRE, _P.MANAGE_CENTRE),
        *(_P.SEE_SURVEYS, _P.MANAGE_SURVEYS, _P.SEE_RESEARCH, _P.SEE_JOBS, _P.MANAGE_JOBS, _P.MANAGE_WEBHOOKS),
    }
)


class ForbiddenError(KlankbordError):
    """The actor may not do this."""

    code = "forbidden"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far somebody sees: everything, or only some teams, one client, or one agent; an empty set is nothing.

    Values are the codes that contacts come with, so that register and lake are narrowed alike.
    """

    dimension: Literal["team", "client", "agent"] | None = None
    codes: frozenset[str] = frozenset()

    @property
    def is_everything(self) -> bool:
        """Whether nothing is held back."""
        return self.dimension is None

    def filter(self, **fields: str) -> Q:
        """Return the rows within reach, given the model's field for a dimension; nothing where there is none.

        `reach.filter(team="team__code", client="client__code")`: a model without a field for the actor's dimension
        shows nothing, because nobody can tell whose its rows are.
        """
        if self.dimension is None:
            return Q()
        name = fields.get(self.dimension)
        return Q(**{f"{name}__in": self.codes}) if name and self.codes else Q(pk__in=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who does something: a person in a role, a program with a token, or the product itself."""

    organisation: "Organisation"
    kind: Literal["person", "token", "system"]
    name: str
    permissions: frozenset[Permission]
    role: Role | None = None
    id: int | None = None
    reach: Reach = field(default_factory=Reach)

    def may(self, permission: Permission) -> bool:
        """Say whether something is allowed."""
        return permission in self.permissions

    def require(self, permission: Permission) -> None:
        """Refuse what is not allowed.

        Every action begins with this, so that page, API, command and job are held to the same.
        """
        if not self.may(permission):
            raise ForbiddenError(
                f"{self.name} may not do this: it needs {permission.value}",
                hint="ask an owner of the organisation",
                permission=permission.value,
            )


def the_product(organisation: "Organisation", name: str = "Klankbord") -> Actor:
    """Return the actor of what happens by itself: jobs, commands on the machine."""
    return Actor(organisation=organisation, kind="system", name=name, permissions=frozenset(Permission))


_View = TypeVar("_View", bound=Callable[..., Any])
PUBLIC: Final = "public"  # for anybody, signed in or not
SIGNED_IN: Final = "signed in"  # for every member, whatever the role


def needs(permission: Permission | Literal["public", "signed in"]) -> Callable[[_View], _View]:
    """Declare what a page needs, and hold every request to it.

    Each address has to say it: a test walks through all of them, by every role and by a stranger.
    """

    def declared(view: _View) -> _View:
        @wraps(view)
        def guarded(request: "HttpRequest", *args: Any, **kwargs: Any) -> Any:
            actor = getattr(request, "actor", None)
            if isinstance(permission, Permission):
                if actor is None:
                    raise ForbiddenError("nobody is acting here", hint="sign in", case="kernel.nobody")
                actor.require(permission)
            return view(request, *args, **kwargs)

        guarded.needs = permission  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return declared


def named(permissions: Iterable[str]) -> frozenset[Permission]:
    """Return the permissions by their names, such as the scopes of a token."""
    return frozenset(Permission(name) for name in permissions)
