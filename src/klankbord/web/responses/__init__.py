"""Answers: the pages on which customers give them, what counts and what does not, and their way into the lake."""
