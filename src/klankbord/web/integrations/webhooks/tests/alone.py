"""Addresses with this room's part of the API only, for as long as the site does not have it."""

from django.urls import include, path
from ninja import NinjaAPI

from klankbord.web.integrations.webhooks.api import router
from klankbord.web.site.problems import tell_problems

api = NinjaAPI(urls_namespace="alone", docs_url=None)
tell_problems(api)
api.add_router("/webhooks", router)
urlpatterns = [path("api/", api.urls), path("", include("klankbord.web.site.urls"))]
