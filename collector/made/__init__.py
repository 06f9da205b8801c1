"""Made posts: posts that nobody wrote, with pictures that a program draws, for demo, tests and benchmarks."""

from .folder import make_posts

__all__ = ["make_posts"]
