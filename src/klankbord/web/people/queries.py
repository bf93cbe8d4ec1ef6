"""Reading people: members, invitations and tokens of an organisation, and what somebody belongs to."""

from datetime import timedelta

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.utils import timezone

from klankbord.web.kernel import audit
from klankbord.web.kernel.access import PERMISSIONS, Actor, Permission, Role
from klankbord.web.kernel.models import Organisation
from klankbord.web.kernel.tenancy import acting_in, everywhere
from klankbord.web.people.actors import actor_of, actor_with
from klankbord.web.people.digests import TOKEN_PREFIX, digest_of, is_secret_of
from klankbord.web.people.models import ApiToken, Invitation, Membership, User

_IN_ORDER = Case(
    *(When(role=role.value, then=Value(place)) for place, role in enumerate(Role)), output_field=IntegerField()
)


def organisations_of(user: User | AnonymousUser) -> list[Organisation]:
    """Return the organisations that somebody is a member of, by name."""
    with everywhere():
        mine = Membership.objects.filter(user_id=user.pk).values("organisation_id")
        return list(Organisation.objects.filter(pk__in=mine).order_by("name", "pk"))


def actor_in(user: User | AnonymousUser, slug: str) -> Actor | None:
    """Return who somebody is in an organisation, if they are a member."""
    with everywhere():
        found = Membership.objects.select_related("organisation", "user").filter(
            user_id=user.pk, user__is_active=True, organisation__slug=slug
        )
        return next(map(actor_of, found), None)


def people_to_be(organisation: Organisation) -> list[Membership]:
    """Return one member a role, to look at a demonstration with their eyes."""
    with acting_in(organisation):
        first: dict[str, Membership] = {}
        for membership in Membership.objects.select_related("user").order_by("pk"):
            first.setdefault(membership.role, membership)
    return [first[role] for role in Role if role in first]


def members(actor: Actor) -> QuerySet[Membership]:
    """Return the members of the organisation, owners first."""
    actor.require(Permission.MANAGE_PEOPLE)
    return Membership.objects.select_related("user").order_by(_IN_ORDER, "user__name", "pk")


def members_who_may(permission: Permission) -> QuerySet[Membership]:
    """Return the members of the organisation acted in whose role allows something, to tell them of it."""
    roles = [role.value for role, allowed in PERMISSIONS.items() if permission in allowed]
    found: QuerySet[Membership] = Membership.objects.filter(role__in=roles, user__is_active=True)
    return found.select_related("user").order_by("pk")


def open_invitations(actor: Actor) -> QuerySet[Invitation]:
    """Return who has been invited and has not answered, newest first."""
    actor.require(Permission.MANAGE_PEOPLE)
    return Invitation.objects.filter(accepted_at=None, expires_at__gt=timezone.now()).order_by("-pk")


def tokens(actor: Actor) -> QuerySet[ApiToken]:
    """Return the tokens of the organisation, newest first."""
    actor.require(Permission.MANAGE_TOKENS)
    return ApiToken.objects.select_related("created_by").order_by("-pk")


def invitation_with(secret: str) -> Invitation | None:
    """Return the open invitation that a link leads to."""
    with everywhere():
        found: Invitation | None = (
            Invitation.objects.select_related("organisation", "invited_by").filter(digest=digest_of(secret)).first()
        )
    return found if found and found.is_open and is_secret_of(secret, found.digest) else None


def token_actor(raw: str) -> Actor | None:
    """Return the program that shows a token, if the token is good."""
    if not raw.startswith(TOKEN_PREFIX):
        return None
    with everywhere():
        token: ApiToken | None = ApiToken.objects.select_related("organisation").filter(digest=digest_of(raw)).first()
        if token is None or not is_secret_of(raw, token.digest) or not token.is_live:
            return None
        _note_use(token)
    return actor_with(token)


def _note_use(token: ApiToken) -> None:
    # A write on every request would make the register's one writer the limit of the API.
    now = timezone.now()
    if token.last_used_at is None or token.last_used_at < now - timedelta(minutes=1):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)


audit.called("people.token", ApiToken, permission=Permission.MANAGE_TOKENS)
