"""Where passkeys can be: browsers keep them for a name, never for an address of numbers (Web Authentication, 5.1.3)."""

from ipaddress import ip_address

from allauth.mfa.models import Authenticator
from django.http import HttpRequest
from django.http.request import split_domain_port

from klankbord.web.people.models import User


def work_at(request: HttpRequest) -> bool:
    """Say whether browsers take passkeys at the address that was asked for."""
    host, _ = split_domain_port(request.get_host())
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return True
    return False


def has_any(user: User) -> bool:
    """Say whether somebody has a passkey."""
    return bool(Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.WEBAUTHN).exists())
