"""How Django knows this room."""

from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    """The room."""

    name = "klankbord.web.integrations.webhooks"
    label = "webhooks"
