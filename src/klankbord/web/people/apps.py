"""How Django knows this room."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The room."""

    name = "klankbord.web.people"
    label = "people"
