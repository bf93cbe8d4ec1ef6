"""How Django knows this room."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The room."""

    name = "klankbord.web.people"
    label = "people"

    def ready(self) -> None:
        """Register what works apart from requests."""
        from klankbord.web.people import jobs  # noqa: F401, PLC0415  models are there only now
