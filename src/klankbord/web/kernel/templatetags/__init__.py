"""Words, numbers and components in templates."""
