"""Invitations: asking somebody to become a member, taking that back, and accepting it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from klankbord.web.kernel import audit
from klankbord.web.kernel.access import Actor, Permission
from klankbord.web.kernel.tenancy import acting_in
from klankbord.web.people import mail
from klankbord.web.people.actions.members import role_to_give
from klankbord.web.people.actors import actor_of
from klankbord.web.people.digests import digest_of, fresh_link_secret
from klankbord.web.people.errors import PeopleError
from klankbord.web.people.models import Invitation, Membership, User
from klankbord.web.people.proof import prove
from klankbord.web.people.reach import reach_fields

DAYS_OPEN = 7
_INVITED = audit.entry_type("people.member_invited")
_WITHDRAWN = audit.entry_type("people.invitation_withdrawn")
_ACCEPTED = audit.entry_type("people.invitation_accepted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """An invitation with its link, which is known only now, and whether it was mailed too."""

    invitation: Invitation
    link: str
    mailed: bool


def invite_member(
    actor: Actor, *, email: str, role: str, teams: Iterable[str] = (), client: str = "", agent: str = ""
) -> Invited:
    """Ask somebody to become a member; an earlier invitation to the same address ends.

    Whether the address belongs to a user of another organisation makes no difference to what is answered.
    """
    actor.require(Permission.MANAGE_PEOPLE)
    address = _address(email)
    wanted = role_to_give(actor, role)
    reach = reach_fields(wanted, teams=teams, client=client, agent=agent)
    secret = fresh_link_secret()
    with transaction.atomic():
        if Membership.objects.filter(user__email=address).exists():
            raise PeopleError("already_member", field="email")
        Invitation.objects.filter(email=address, accepted_at=None).delete()
        invitation = Invitation.objects.create(
            email=address,
            role=wanted,
            digest=digest_of(secret),
            invited_by_id=actor.id if actor.kind == "person" else None,
            expires_at=timezone.now() + timedelta(days=DAYS_OPEN),
            **reach,
        )
        audit.record(actor, _INVITED, f"invitation {invitation.pk}", role=role, reach=invitation.codes)
    mailed = mail.send_invitation(invitation, secret, invited_by=actor.name)
    return Invited(invitation=invitation, link=mail.invitation_link(secret), mailed=mailed)


def withdraw_invitation(actor: Actor, invitation: Invitation) -> None:
    """Take an invitation back: its link leads nowhere from now on."""
    actor.require(Permission.MANAGE_PEOPLE)
    with transaction.atomic():
        removed, _ = Invitation.objects.filter(pk=invitation.pk, accepted_at=None).delete()
        if not removed:
            raise PeopleError("invitation_gone")
        audit.record(actor, _WITHDRAWN, f"invitation {invitation.pk}")


def accept_invitation(
    invitation: Invitation,
    *,
    user: User | None = None,
    name: str = "",
    password: str = "",
    language: str = "en",
    by_mail: bool = False,
) -> Membership:
    """Become a member: as the user that one is signed in as, or as a new one with name and password.

    The invitation is for one address. Whoever is signed in with another is refused, and so is making an account anew
    for an address that has one: its owner has to sign in.
    """
    with acting_in(invitation.organisation), transaction.atomic():
        taken = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, expires_at__gt=timezone.now())
        if not taken.update(accepted_at=timezone.now()):
            raise PeopleError("invitation_gone")
        member = _signed_in(invitation, user) if user else _new_user(invitation, name, password, language, by_mail)
        if Membership.objects.filter(user=member).exists():
            raise PeopleError("already_member")
        membership: Membership = Membership.objects.create(
            user=member,
            role=invitation.role,
            teams=invitation.teams,
            client=invitation.client,
            agent=invitation.agent,
        )
        audit.record(actor_of(membership), _ACCEPTED, f"invitation {invitation.pk}", role=invitation.role)
    return membership


def _signed_in(invitation: Invitation, user: User) -> User:
    if user.email != invitation.email:
        raise PeopleError("other_address")
    return user


def _new_user(invitation: Invitation, name: str, password: str, language: str, by_mail: bool) -> User:
    if User.objects.filter(email=invitation.email).exists():
        raise PeopleError("has_account")
    if not name.strip():
        raise PeopleError("no_own_name", field="name")
    validate_password(password, User(email=invitation.email, name=name))
    user = User.objects.create_user(invitation.email, password, name=name.strip(), language=language)
    if by_mail:
        prove(user)
    return user


def _address(email: str) -> str:
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise PeopleError("bad_address", field="email") from None
    return address
