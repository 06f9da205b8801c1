"""From gold spans to a release that other people download, cite and compare with."""

from .build import Built, build_release, gold_of_annotator
from .merge import merge_plus
from .split import read_splits, seeded_splits
from .stats import Statistics, statistics

__all__ = [
    "Built",
    "Statistics",
    "build_release",
    "gold_of_annotator",
    "merge_plus",
    "read_splits",
    "seeded_splits",
    "statistics",
]
