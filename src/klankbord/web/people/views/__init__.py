"""Pages of people: one module a subject."""
