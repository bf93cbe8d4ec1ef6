"""The API: the routers of all rooms under one roof."""

from django.urls import path
from ninja import NinjaAPI

from klankbord import __version__
from klankbord.web.site.problems import tell_problems

# One line a room that has an API.
ROUTERS: dict[str, str] = {}

api = NinjaAPI(
    title="Klankbord",
    version=__version__,
    description="Contacts in, numbers out. Every number comes with its interval, its count and its doubts.",
    docs_url=None,
    urls_namespace="api",
)
tell_problems(api)
for prefix, router in ROUTERS.items():
    api.add_router(prefix, router)

urlpatterns = [path("", api.urls)]
