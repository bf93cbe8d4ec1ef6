"""Addresses of this room under an organisation."""

from django.urls import path

from klankbord.web.privacy.views import audit, keeping, rights

urlpatterns = [
    path("audit", audit.audit_log, name="audit-log"),
    path("audit/file", audit.audit_file, name="audit-file"),
    path("rights", rights.overview, name="rights"),
    path("rights/copy", rights.ask_copy, name="rights-copy"),
    path("rights/copy/<uuid:reference>", rights.collect_copy, name="rights-collect"),
    path("rights/erase", rights.ask_erasure, name="rights-erase"),
    path("rights/object", rights.object_to_contact, name="rights-object"),
    path("rights/erasures/<uuid:reference>", rights.certificate, name="rights-certificate"),
    path("privacy", keeping.overview, name="retention"),
    path("privacy/attribution", keeping.attribution, name="attribution"),
    path("privacy/answers", keeping.history, name="history"),
]
