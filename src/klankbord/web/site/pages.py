"""Addresses outside any organisation."""

from django.urls import path

from klankbord.web.site import views

urlpatterns = [
    path("", views.start, name="start"),
    path("components", views.components, name="components"),
    path("api/manual", views.manual, name="api-manual"),
]
