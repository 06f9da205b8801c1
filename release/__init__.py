"""From gold spans to a release that other people download, cite and compare with."""

from .merge import merge_plus
from .stats import Statistics, statistics

__all__ = ["Statistics", "merge_plus", "statistics"]
