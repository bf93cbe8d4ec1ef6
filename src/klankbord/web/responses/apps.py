"""How Django knows this room."""

from django.apps import AppConfig


class ResponsesConfig(AppConfig):
    """The room."""

    name = "klankbord.web.responses"
    label = "responses"

    def ready(self) -> None:
        """Register what works apart from requests."""
        from klankbord.web.responses import jobs  # noqa: F401, PLC0415  models are there only now
