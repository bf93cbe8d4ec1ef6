"""How Django knows this room."""

from django.apps import AppConfig


class CentreConfig(AppConfig):
    """The room."""

    name = "klankbord.web.centre"
    label = "centre"
