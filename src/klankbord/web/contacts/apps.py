"""How Django knows this room."""

from django.apps import AppConfig


class ContactsConfig(AppConfig):
    """The room."""

    name = "klankbord.web.contacts"
    label = "contacts"

    def ready(self) -> None:
        """Register what works apart from requests."""
        from klankbord.web.contacts import jobs  # noqa: F401, PLC0415  models are there only now
