"""The API: the routers of all rooms under one roof."""

from typing import Any

from django.urls import path
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from klankbord import __version__
from klankbord.web.kernel.problem import Problem
from klankbord.web.people.tokens import TokenAuth
from klankbord.web.site.problems import PROBLEMS, tell_problems

# One line a room that has an API.
ROUTERS = {
    "/contacts": "klankbord.web.contacts.api.router",
    "/intake": "klankbord.web.contacts.api.intake",
    "/invitations": "klankbord.web.invitations.api.router",
    "/centre": "klankbord.web.centre.api.router",
    "/responses": "klankbord.web.responses.api.router",
    "/numbers": "klankbord.web.insights.api.router",
    "/surveys": "klankbord.web.surveys.api.router",
    "/webhooks": "klankbord.web.integrations.webhooks.api.router",
}


class Api(NinjaAPI):
    """An API whose description says of every operation which problems it can answer with."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """Return the description, with the problems that rooms need not repeat."""
        schema = super().get_openapi_schema(**options)
        schema["components"]["schemas"]["Problem"] = Problem.model_json_schema()
        for methods in schema["paths"].values():
            for operation in methods.values():
                operation["responses"] |= PROBLEMS
        return schema


api = Api(
    title="Klankbord",
    version=__version__,
    description="Contacts in, numbers out. Every number comes with its interval, its count and its doubts.",
    docs_url=None,
    urls_namespace="api",
)
tell_problems(api)
for prefix, router in ROUTERS.items():
    api.add_router(prefix, router)
# The kernel lies below the people whose tokens these are.
api.add_router("/jobs", "klankbord.web.kernel.jobs.api.router", auth=TokenAuth())

urlpatterns = [path("", api.urls)]
