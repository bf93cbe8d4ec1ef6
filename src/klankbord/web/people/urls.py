"""Addresses of this room under an organisation."""

from django.urls import URLPattern, path

from klankbord.web.people.views import members, organisation, tokens

urlpatterns: list[URLPattern] = [
    path("people", members.member_list, name="member-list"),
    path("people/invite", members.member_invite, name="member-invite"),
    path("people/<int:pk>", members.member_edit, name="member-edit"),
    path("people/<int:pk>/remove", members.member_remove, name="member-remove"),
    path("people/invitations/<int:pk>/withdraw", members.invitation_withdraw, name="invitation-withdraw"),
    path("tokens", tokens.token_list, name="token-list"),
    path("tokens/new", tokens.token_new, name="token-new"),
    path("tokens/<int:pk>/revoke", tokens.token_revoke, name="token-revoke"),
    path("settings", organisation.organisation_settings, name="organisation-settings"),
]
