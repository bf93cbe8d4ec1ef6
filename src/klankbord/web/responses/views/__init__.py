"""Pages of this room: those of whoever answers, and those of members."""
