"""How Django knows this room."""

from django.apps import AppConfig


class InsightsConfig(AppConfig):
    """The room."""

    name = "klankbord.web.insights"
    label = "insights"

    def ready(self) -> None:
        """Register the kind of entry that this room writes, also where nobody opens a page."""
        from klankbord.web.insights import actions  # noqa: F401, PLC0415  models are there only now
