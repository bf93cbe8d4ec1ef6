"""How Django knows this room."""

from django.apps import AppConfig


class SurveysConfig(AppConfig):
    """The room."""

    name = "klankbord.web.surveys"
    label = "surveys"
