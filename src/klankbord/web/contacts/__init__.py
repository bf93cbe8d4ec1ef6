"""Contacts and their customers as they come in: API, webhooks and files; and their way into the lake."""
