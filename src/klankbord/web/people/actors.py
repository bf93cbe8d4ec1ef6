"""Who is acting: a member in an organisation, or a program with a token."""

from klankbord.web.kernel.access import PERMISSIONS, TOKEN_SCOPES, Actor, Permission, Reach, Role, named
from klankbord.web.people.models import ApiToken, Membership


def actor_of(membership: Membership) -> Actor:
    """Return the actor that a member is in their organisation."""
    role = Role(membership.role)
    return Actor(
        organisation=membership.organisation,
        kind="person",
        id=membership.user_id,
        name=str(membership.user),
        role=role,
        permissions=PERMISSIONS[role],
        reach=_reach(membership, role),
    )


def actor_with(token: ApiToken) -> Actor:
    """Return the actor that a program is: it sees all of the organisation, and does what its scopes say."""
    scopes: frozenset[Permission] = named(token.scopes) & TOKEN_SCOPES
    return Actor(organisation=token.organisation, kind="token", id=token.pk, name=token.name, permissions=scopes)


def _reach(membership: Membership, role: Role) -> Reach:
    match role:
        case Role.LEAD:
            return Reach(dimension="team", codes=frozenset(membership.teams))
        case Role.CLIENT_VIEWER:
            return Reach(dimension="client", codes=frozenset(filter(None, [membership.client])))
        case Role.AGENT:
            return Reach(dimension="agent", codes=frozenset(filter(None, [membership.agent])))
        case _:
            return Reach()
