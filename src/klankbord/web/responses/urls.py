"""The pages of this room, under an organisation's address."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
