"""Addresses of this room under an organisation."""

from django.urls import path

from klankbord.web.contacts import intake_views, views

urlpatterns = [
    path("bring-in", views.upload_list, name="upload-list"),
    path("bring-in/new", views.upload_new, name="upload-new"),
    path("bring-in/<int:pk>", views.upload_detail, name="upload-detail"),
    path("bring-in/<int:pk>/correct", views.upload_correct, name="upload-correct"),
    path("bring-in/<int:pk>/bring-in", views.upload_bring_in, name="upload-bring-in"),
    path("bring-in/<int:pk>/discard", views.upload_discard, name="upload-discard"),
    path("bring-in/webhooks", intake_views.intake_list, name="intake-list"),
    path("bring-in/webhooks/new", intake_views.intake_new, name="intake-new"),
    path("bring-in/webhooks/<int:pk>", intake_views.intake_detail, name="intake-detail"),
    path("bring-in/webhooks/<int:pk>/rotate", intake_views.intake_rotate, name="intake-rotate"),
    path("bring-in/webhooks/<int:pk>/switch", intake_views.intake_switch, name="intake-switch"),
    path("bring-in/webhooks/<int:pk>/retry", intake_views.intake_retry, name="intake-retry"),
]
