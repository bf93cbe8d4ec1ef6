"""How Django knows this room."""

from django.apps import AppConfig


class ResponsesConfig(AppConfig):
    """The room."""

    name = "klankbord.web.responses"
    label = "responses"
