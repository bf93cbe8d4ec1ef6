"""Every address of the product: what rooms registered, under their organisation or outside it."""

from django.urls import include, path

ROOMS = (
    *("insights", "responses", "invitations", "surveys", "contacts", "centre", "people", "privacy"),
    *("integrations.webhooks", "kernel"),
)

urlpatterns = [
    path("", include("klankbord.web.site.pages")),
    path("account/", include("klankbord.web.people.account_urls")),
    path("api/", include("klankbord.web.site.api")),
    path("", include("klankbord.web.surveys.public_urls")),
    *(path("o/<slug:organisation>/", include(f"klankbord.web.{room}.urls")) for room in ROOMS),
]
handler400 = "klankbord.web.site.errors.bad_request"
handler403 = "klankbord.web.site.errors.forbidden"
handler404 = "klankbord.web.site.errors.not_found"
handler500 = "klankbord.web.site.errors.broken"
