"""Make posts for the demo, tests and benchmarks: a program writes the texts and draws the pictures."""

from .folder import make_posts

__all__ = ["make_posts"]
