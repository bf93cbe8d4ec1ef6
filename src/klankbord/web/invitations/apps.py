"""How Django knows this room."""

from django.apps import AppConfig


class InvitationsConfig(AppConfig):
    """The room."""

    name = "klankbord.web.invitations"
    label = "invitations"
