"""Addresses of this room under an organisation; units are named by number, because codes can be personal data."""

from django.urls import path

from klankbord.web.centre import views

urlpatterns = [
    path("centre", views.overview, name="centre"),
    path("centre/file", views.file, name="centre-file"),
    path("centre/file/<int:pk>", views.file_check, name="centre-file-check"),
    path("centre/spells/<int:pk>/take-back", views.spell_take_back, name="spell-take-back"),
    path("centre/agent/<int:pk>/place", views.agent_place, name="agent-place"),
    path("centre/agent/<int:pk>/forget", views.agent_forget, name="agent-forget"),
    path("centre/<str:kind>", views.unit_list, name="unit-list"),
    path("centre/<str:kind>/new", views.unit_new, name="unit-new"),
    path("centre/<str:kind>/looked-over", views.unit_looked_over, name="unit-looked-over"),
    path("centre/<str:kind>/<int:pk>", views.unit_detail, name="unit-detail"),
    path("centre/<str:kind>/<int:pk>/edit", views.unit_edit, name="unit-edit"),
]
