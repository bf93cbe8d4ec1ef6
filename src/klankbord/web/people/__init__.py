"""Who signs in and what for: users, members and their roles, invitations, API tokens."""
