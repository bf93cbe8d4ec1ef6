"""Questions asked on pages: the overview, the contacts behind a number, and one contact's story."""
