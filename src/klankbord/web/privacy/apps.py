"""How Django knows this room."""

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    """The room."""

    name = "klankbord.web.privacy"
    label = "privacy"

    def ready(self) -> None:
        """Let the worker know of this room's jobs, and the doctor of what it should look at."""
        from klankbord.web.privacy import examinations, jobs  # noqa: F401, PLC0415  models are there only now
