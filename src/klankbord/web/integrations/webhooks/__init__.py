"""Webhooks out: events told to other systems, signed and retried as Standard Webhooks 1.0 says."""
