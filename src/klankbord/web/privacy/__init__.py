"""What people may ask of their data and how long it stays: access, erasure, retention, and the audit log."""
