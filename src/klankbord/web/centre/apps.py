"""How Django knows this room."""

from django.apps import AppConfig


class CentreConfig(AppConfig):
    """The room."""

    name = "klankbord.web.centre"
    label = "centre"

    def ready(self) -> None:
        """Register the jobs, and suggest codes where members are given their reach."""
        from klankbord.web.centre import jobs, queries  # noqa: F401, PLC0415  models are there only now
        from klankbord.web.people.reach import offer_codes  # noqa: PLC0415

        offer_codes(queries.names)
