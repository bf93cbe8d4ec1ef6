"""How Django knows this room."""

from django.apps import AppConfig


class CentreConfig(AppConfig):
    """The room."""

    name = "klankbord.web.centre"
    label = "centre"

    def ready(self) -> None:
        """Register the jobs."""
        from klankbord.web.centre import jobs  # noqa: F401, PLC0415  models are there only now
