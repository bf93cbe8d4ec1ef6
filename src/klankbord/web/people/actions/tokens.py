"""API tokens: making one, which is shown once, and ending one."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from klankbord.web.kernel import audit
from klankbord.web.kernel.access import TOKEN_SCOPES, Actor, Permission
from klankbord.web.people.digests import digest_of, fresh_token
from klankbord.web.people.errors import PeopleError
from klankbord.web.people.models import ApiToken

DAYS_AT_MOST = 366
_HINT_LENGTH = 8
_CREATED = audit.entry_type("people.token_created", shred=audit.keep_all)
_REVOKED = audit.entry_type("people.token_revoked", shred=audit.keep_all)


def create_token(actor: Actor, *, name: str, scopes: Iterable[str], days: int = 90) -> tuple[ApiToken, str]:
    """Make a token and return it with its secret, which nobody can read again."""
    actor.require(Permission.MANAGE_TOKENS)
    allowed = _scopes(actor, scopes)
    if not name.strip():
        raise PeopleError("no_token_name", field="name")
    if not 0 < days <= DAYS_AT_MOST:
        raise PeopleError("token_days", field="days", days=DAYS_AT_MOST)
    raw = fresh_token()
    with transaction.atomic():
        token = ApiToken.objects.create(
            name=name.strip(),
            digest=digest_of(raw),
            hint=raw[:_HINT_LENGTH],
            scopes=allowed,
            created_by_id=actor.id if actor.kind == "person" else None,
            expires_at=timezone.now() + timedelta(days=days),
        )
        audit.record(actor, _CREATED, f"token {token.pk}", scopes=allowed, days=days)
    return token, raw


def revoke_token(actor: Actor, token: ApiToken) -> None:
    """End a token at once."""
    actor.require(Permission.MANAGE_TOKENS)
    with transaction.atomic():
        if not ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now()):
            raise PeopleError("token_gone")
        audit.record(actor, _REVOKED, f"token {token.pk}")


def revoke_tokens_of(actor: Actor, user_id: int) -> None:
    """End the tokens that somebody made, who may make none from now on."""
    for token in ApiToken.objects.filter(created_by_id=user_id, revoked_at=None):
        ApiToken.objects.filter(pk=token.pk).update(revoked_at=timezone.now())
        audit.record(actor, _REVOKED, f"token {token.pk}")


def _scopes(actor: Actor, scopes: Iterable[str]) -> list[str]:
    wanted = list(dict.fromkeys(scopes))
    if not wanted:
        raise PeopleError("no_scope", field="scopes")
    # A token can do nothing that programs may not do, and nothing that its maker may not do.
    if not set(wanted) <= {scope.value for scope in TOKEN_SCOPES & actor.permissions}:
        raise PeopleError("scope_above", field="scopes")
    return sorted(wanted)
