"""Users of the installation, their memberships in organisations, and the tokens of programs."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac

from klankbord.web.kernel.access import Role
from klankbord.web.kernel.tenancy import Owned


class Users(BaseUserManager["User"]):
    """Makes users."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make a user; without a password, one who can sign in by other means only."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save()
        return user


class User(AbstractBaseUser):
    """Somebody who signs in; what they may do is said by their memberships."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=2, default="en")
    theme = models.CharField(max_length=5, default="auto")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # Raised to end all of somebody's sessions; see `get_session_auth_hash`.
    session_round = models.PositiveIntegerField(default=0)

    USERNAME_FIELD = "email"
    objects: ClassVar[Users] = Users()

    def __str__(self) -> str:
        return self.name or self.email

    def get_session_auth_hash(self) -> str:
        """Return what a session has to carry to be this user's: it changes with the password and the round."""
        return salted_hmac("people.session", f"{self.password}|{self.session_round}", algorithm="sha256").hexdigest()


class Membership(Owned):
    """What a user is in one organisation, and how far they see: teams, a client or an agent, by code."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])
    teams = models.JSONField(default=list)
    client = models.CharField(max_length=120, blank=True)
    agent = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("organisation", "user"), name="one_membership_an_organisation"),)

    def __str__(self) -> str:
        return f"{self.user} ({self.role})"

    @property
    def codes(self) -> list[str]:
        """The teams, the client or the agent that they see, where their role is held to some."""
        return codes_of(self)


def codes_of(row: "Membership | Invitation") -> list[str]:
    """Return the codes that a membership or an invitation is held to."""
    held = {Role.LEAD: row.teams, Role.CLIENT_VIEWER: [row.client], Role.AGENT: [row.agent]}
    return [code for code in held.get(Role(row.role), []) if code]


class ApiToken(Owned):
    """What a program shows to be let in; only its hash is kept."""

    name = models.CharField(max_length=120)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=12)  # its first letters, to tell tokens apart
    scopes = models.JSONField(default=list)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name

    @property
    def is_live(self) -> bool:
        """Whether it still lets a program in."""
        return self.revoked_at is None and self.expires_at > timezone.now()


class Invitation(Owned):
    """Somebody is asked to become a member; the link is sent or copied, and only its hash is kept."""

    email = models.EmailField()
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])
    teams = models.JSONField(default=list)
    client = models.CharField(max_length=120, blank=True)
    agent = models.CharField(max_length=120, blank=True)
    digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.email

    @property
    def codes(self) -> list[str]:
        """The teams, the client or the agent that they will see, where their role is held to some."""
        return codes_of(self)

    @property
    def is_open(self) -> bool:
        """Whether it can still be accepted."""
        return self.accepted_at is None and self.expires_at > timezone.now()


class FirstRunLink(models.Model):
    """The link by which the first owner is made; only its hash is kept, and there is one at most."""

    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"until {self.expires_at:%Y-%m-%d %H:%M}"
