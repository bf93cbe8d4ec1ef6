"""Addresses of this room under an organisation."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
