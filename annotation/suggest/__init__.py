"""Suggest spans to annotators, and count what they did with the suggestions."""
