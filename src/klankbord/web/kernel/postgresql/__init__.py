"""PostgreSQL as the register: Django's own backend, with fewer messages for what somebody waits for."""
