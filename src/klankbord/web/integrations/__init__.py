"""Other systems: one folder for each kind."""
