"""The pages of this room: the audit log, what customers may ask, and how long data stay."""
