"""How Django knows this room."""

from django.apps import AppConfig


class InsightsConfig(AppConfig):
    """The room."""

    name = "klankbord.web.insights"
    label = "insights"
