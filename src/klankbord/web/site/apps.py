"""How Django knows this room."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """The room."""

    name = "klankbord.web.site"
    label = "site"
