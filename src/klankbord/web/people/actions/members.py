"""Members: changing what they are and how far they see, letting them go, and forgetting them."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q

from klankbord.web.kernel import audit
from klankbord.web.kernel.access import PERMISSIONS, Actor, Permission, Role
from klankbord.web.kernel.models import AuditEntry
from klankbord.web.kernel.tenancy import everywhere
from klankbord.web.people.actions.tokens import revoke_tokens_of
from klankbord.web.people.errors import PeopleError
from klankbord.web.people.models import Invitation, Membership, User
from klankbord.web.people.reach import reach_fields

_CHANGED = audit.entry_type("people.member_changed")
_REMOVED = audit.entry_type("people.member_removed")
_FORGOTTEN = audit.entry_type("people.user_forgotten")


def change_member(
    actor: Actor, membership: Membership, *, role: str, teams: Iterable[str] = (), client: str = "", agent: str = ""
) -> Membership:
    """Change what a member is, and how far they see."""
    actor.require(Permission.MANAGE_PEOPLE)
    wanted = role_to_give(actor, role)
    reach = reach_fields(wanted, teams=teams, client=client, agent=agent)
    with transaction.atomic():
        kept = _locked(membership.pk)
        if wanted is not Role.OWNER:
            _keep_an_owner(kept)
        before = kept.role
        kept.role = wanted
        for field, value in reach.items():
            setattr(kept, field, value)
        kept.save(update_fields=["role", *reach])
        _take_back_what_outlives(actor, kept.user_id, PERMISSIONS[wanted])
        audit.record(actor, _CHANGED, f"member {kept.pk}", before=before, role=role, reach=kept.codes)
    return kept


def forget_agent_code(code: str) -> None:
    """Let nobody be held to an agent who is known no longer; they see nothing until they are given another reach."""
    for rows in (Membership.objects, Invitation.objects):
        rows.filter(agent=code).update(agent="")


def remove_member(actor: Actor, membership: Membership) -> None:
    """Let a member go, at once, and with them the tokens and open invitations that they made.

    A token is known to who made it, and an invitation can be accepted by whoever has its link.
    """
    actor.require(Permission.MANAGE_PEOPLE)
    with transaction.atomic():
        gone = _locked(membership.pk)
        _keep_an_owner(gone)
        _take_back_what_outlives(actor, gone.user_id, frozenset())
        number, user_id = gone.pk, gone.user_id
        gone.delete()
        audit.record(actor, _REMOVED, f"member {number}", user=user_id)


def forget_user(actor: Actor, *, user_id: int) -> int:
    """Forget somebody who is no longer a member: take their name out of the log, and return how many entries had it.

    Their account goes too where no organisation needs it. Somebody that this organisation never knew is none of its
    business: the answer is the same as for somebody who does not exist.
    """
    actor.require(Permission.MANAGE_PRIVACY)
    with transaction.atomic():
        if Membership.objects.filter(user_id=user_id).exists():
            raise PeopleError("still_a_member")
        traces = Q(actor_kind="person", actor_id=user_id) | Q(action=_REMOVED, details__user=user_id)
        if not AuditEntry.objects.filter(traces).exists():
            raise PeopleError("unknown_person")
        Invitation.objects.filter(email__in=User.objects.filter(pk=user_id).values("email")).delete()
        entries = audit.forget_person(user_id)
        _delete_if_needed_nowhere(user_id)
        audit.record(actor, _FORGOTTEN, entries=entries)
    return entries


def role_to_give(actor: Actor, role: str) -> Role:
    """Return the role of that name; nobody gives a role that may do more than they may themselves."""
    if role not in set(Role):
        raise PeopleError("unknown_role", field="role", role=role)
    wanted = Role(role)
    if not PERMISSIONS[wanted] <= actor.permissions:
        raise PeopleError("role_above", field="role")
    return wanted


def _locked(pk: int) -> Membership:
    # All owners are locked in one order, so that two who demote each other at once cannot leave nobody.
    rows = Membership.objects.select_for_update(of=("self",)).select_related("user", "organisation")
    list(rows.filter(role=Role.OWNER).order_by("pk").values_list("pk", flat=True))
    found: Membership | None = rows.filter(pk=pk).first()
    if found is None:
        raise PeopleError("unknown_member")
    return found


def _keep_an_owner(membership: Membership) -> None:
    others = Membership.objects.filter(role=Role.OWNER, user__is_active=True).exclude(pk=membership.pk)
    if membership.role == Role.OWNER and not others.exists():
        raise PeopleError("last_owner", field="role")


def _take_back_what_outlives(actor: Actor, user_id: int, permissions: frozenset[Permission]) -> None:
    if Permission.MANAGE_TOKENS not in permissions:
        revoke_tokens_of(actor, user_id)
    if Permission.MANAGE_PEOPLE not in permissions:
        Invitation.objects.filter(invited_by_id=user_id, accepted_at=None).delete()


def _delete_if_needed_nowhere(user_id: int) -> None:
    with everywhere():
        if Membership.objects.filter(user_id=user_id).exists():
            return
        addresses = User.objects.filter(pk=user_id).values("email")
        if Invitation.objects.filter(email__in=addresses, accepted_at=None).exists():
            return
        User.objects.filter(pk=user_id).delete()
