"""Whose address it is: proven by a mailed link or by the organisation's own sign-in, or not yet.

An invitation's link is shown to whoever invites. They could open it themselves, set a password for an address that is
not theirs, and wait until another organisation invites its owner. So when the owner proves that an address is theirs,
whatever was set up for it before ends: nobody who came first stays in.
"""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import transaction

from klankbord.web.people import sessions
from klankbord.web.people.models import User


def is_proven(user: User) -> bool:
    """Say whether a user's address is known to be theirs."""
    return bool(EmailAddress.objects.filter(user_id=user.pk, email=user.email, verified=True).exists())


def prove(user: User) -> None:
    """Note that a user's address is theirs."""
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})


def prove_and_start_afresh(user: User) -> None:
    """Note that a user's address is theirs, and end every way in that was set up before that was known."""
    if is_proven(user):
        return
    with transaction.atomic():
        user.set_unusable_password()
        user.save(update_fields=["password"])
        Authenticator.objects.filter(user_id=user.pk).delete()
        SocialAccount.objects.filter(user_id=user.pk).delete()
        sessions.end_all(user)
        prove(user)
