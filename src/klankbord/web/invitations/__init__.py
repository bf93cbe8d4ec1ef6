"""Who is asked, when and by which channel; quarantine; and for every contact that is not asked, why."""
