"""The only places where people are changed: who may, in one transaction, written down."""

from klankbord.web.people.actions.invitations import Invited, accept_invitation, invite_member, withdraw_invitation
from klankbord.web.people.actions.members import change_member, forget_agent_code, forget_user, remove_member
from klankbord.web.people.actions.organisations import change_organisation, create_organisation
from klankbord.web.people.actions.tokens import create_token, revoke_token

__all__ = [
    "Invited",
    "accept_invitation",
    "change_member",
    "change_organisation",
    "create_organisation",
    "create_token",
    "forget_agent_code",
    "forget_user",
    "invite_member",
    "remove_member",
    "revoke_token",
    "withdraw_invitation",
]
