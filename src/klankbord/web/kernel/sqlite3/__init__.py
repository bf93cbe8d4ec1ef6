"""SQLite as the register: Django's own backend, in which writers of one process take turns."""
