"""Addresses of this room outside any organisation: for pages of whoever answers."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from klankbord.web.surveys import public_views


class Colour(StringConverter):
    """Six digits of a colour."""

    regex = "[0-9a-f]{6}"


register_converter(Colour, "colour")
urlpatterns = [
    path("look/<colour:day>-<colour:night>.css", public_views.survey_look, name="survey-look"),
    path("look/<str:public_id>", public_views.survey_logo, name="survey-logo"),
]
