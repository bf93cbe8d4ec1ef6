"""Questionnaires as immutable versions: wording in four languages, conditions, branding, and how they look."""
