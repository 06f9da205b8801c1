"""Suggested spans that annotators see, and what they made of them."""
