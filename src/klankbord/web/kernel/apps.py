"""How Django knows this room."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    """The room."""

    name = "klankbord.web.kernel"
    label = "kernel"
