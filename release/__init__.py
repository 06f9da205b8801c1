"""From gold spans to a release that other people download, cite and compare with."""

from .audit import GROUPS, RULES, Audit, audit_release
from .build import Built, build_release, gold_of_annotator
from .earlier import earlier_splits, releases_beside
from .leak import KINDS, Leak, Place
from .leaks import corpus_leaks, id_prefix, split_leaks
from .licence import licence_state
from .merge import merge_plus, write_plus
from .pictures import read_pictures
from .plan import FIRST, TWITTER_2017, Part, Plan, plan_plus
from .plots import write_plots
from .split import Splits, read_splits, seeded_splits
from .stats import Statistics, statistics
from .stats_table import ambiguity_table, as_latex, as_markdown, paper_table, text_table
from .text_stats import TextStatistics, text_statistics

# fmt: off
__all__ = [
    "FIRST", "GROUPS", "KINDS", "RULES", "TWITTER_2017", "Audit", "Built", "Leak", "Part",
    "Place", "Plan", "Splits", "Statistics", "TextStatistics", "ambiguity_table", "as_latex",
    "as_markdown", "audit_release", "build_release", "corpus_leaks", "earlier_splits",
    "gold_of_annotator", "id_prefix", "licence_state", "merge_plus", "paper_table", "plan_plus",
    "read_pictures", "read_splits", "releases_beside", "seeded_splits", "split_leaks",
    "statistics", "text_statistics", "text_table", "write_plots", "write_plus",
]
