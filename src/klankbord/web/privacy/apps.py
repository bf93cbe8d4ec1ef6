"""How Django knows this room."""

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    """The room."""

    name = "klankbord.web.privacy"
    label = "privacy"
