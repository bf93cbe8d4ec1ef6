"""How Django knows this room."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """The room."""

    name = "klankbord.web.site"
    label = "site"

    def ready(self) -> None:
        """Let people choose among the units that the centre knows."""
        from klankbord.web.centre.queries import names  # noqa: PLC0415  models are there only now
        from klankbord.web.people.reach import offer_codes  # noqa: PLC0415

        offer_codes(names)
