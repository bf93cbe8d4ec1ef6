"""How Django knows this room."""

from django.apps import AppConfig


class ContactsConfig(AppConfig):
    """The room."""

    name = "klankbord.web.contacts"
    label = "contacts"
