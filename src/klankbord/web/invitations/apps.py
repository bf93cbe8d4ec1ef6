"""How Django knows this room."""

from django.apps import AppConfig


class InvitationsConfig(AppConfig):
    """The room."""

    name = "klankbord.web.invitations"
    label = "invitations"

    def ready(self) -> None:
        """Register what works apart from requests, and what mail services tell."""
        from klankbord.web.invitations import hearing, jobs, tracking  # noqa: F401, PLC0415  models are there only now
