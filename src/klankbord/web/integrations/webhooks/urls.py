"""Addresses of this room under an organisation."""

from django.urls import path

from klankbord.web.integrations.webhooks import views

urlpatterns = [
    path("webhooks", views.webhook_list, name="webhook-list"),
    path("webhooks/new", views.webhook_new, name="webhook-new"),
    path("webhooks/<int:endpoint>", views.webhook_detail, name="webhook-detail"),
    path("webhooks/<int:endpoint>/edit", views.webhook_edit, name="webhook-edit"),
    path("webhooks/<int:endpoint>/rotate", views.webhook_rotate, name="webhook-rotate"),
    path("webhooks/<int:endpoint>/remove", views.webhook_remove, name="webhook-remove"),
    path("webhooks/<int:endpoint>/test", views.webhook_test, name="webhook-test"),
    path("webhooks/<int:endpoint>/resend/<int:delivery>", views.webhook_resend, name="webhook-resend"),
]
