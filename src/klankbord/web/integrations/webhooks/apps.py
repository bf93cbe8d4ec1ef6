"""How Django knows this room."""

from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    """The room."""

    name = "klankbord.web.integrations.webhooks"
    label = "webhooks"

    def ready(self) -> None:
        """Begin to listen, once all models are there."""
        from klankbord.web.integrations.webhooks import holding, jobs, told  # noqa: F401, PLC0415
