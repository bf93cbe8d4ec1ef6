"""Every address of the product: what rooms registered, under their organisation or outside it."""

from django.conf import settings
from django.urls import include, path

from klankbord.web.kernel.mail_settings import is_service

ROOMS = (
    *("insights", "responses", "invitations", "surveys", "contacts", "centre", "people", "privacy"),
    *("integrations.webhooks", "kernel"),
)

urlpatterns = [
    path("", include("klankbord.web.responses.pages")),
    path("", include("klankbord.web.site.pages")),
    path("account/", include("klankbord.web.people.account_urls")),
    path("api/", include("klankbord.web.site.api")),
    path("", include("klankbord.web.surveys.public_urls")),
    *(path("o/<slug:organisation>/", include(f"klankbord.web.{room}.urls")) for room in ROOMS),
]
if is_service(settings.OPTIONS.mail_url):
    # Where the mail service tells what became of letters; each message proves itself by the secret that it was given.
    urlpatterns += [path("mail/", include("anymail.urls"))]
handler400 = "klankbord.web.site.errors.bad_request"
handler403 = "klankbord.web.site.errors.forbidden"
handler404 = "klankbord.web.site.errors.not_found"
handler500 = "klankbord.web.site.errors.broken"
