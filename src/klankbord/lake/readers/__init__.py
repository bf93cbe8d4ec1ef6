"""Files of survey answers, of any tool, become canonical answers."""
