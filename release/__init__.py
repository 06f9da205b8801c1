"""From gold spans to a release that other people download, cite and compare with."""

from .audit import GROUPS, RULES, Audit, audit_release
from .build import Built, build_release, gold_of_annotator
from .card import blanks, card_of, write_card
from .dehydrate import dehydrate
from .earlier import earlier_splits, releases_beside
from .export import FORMATS, Exported, export_release
from .leak import KINDS, Leak, Place
from .leaks import corpus_leaks, id_prefix, split_leaks
from .licence import licence_state
from .merge import merge_plus, write_plus
from .pictures import read_pictures
from .plan import FIRST, TWITTER_2017, Part, Plan, plan_plus
from .plots import write_plots
from .rehydrate import Posts, Rehydrated, rehydrate
from .split import Splits, read_splits, seeded_splits
from .stats import Statistics, statistics
from .stats_table import ambiguity_table, as_latex, as_markdown, paper_table, text_table
from .text_stats import TextStatistics, text_statistics

# fmt: off
__all__ = [
    "FIRST", "FORMATS", "GROUPS", "KINDS", "RULES", "TWITTER_2017", "Audit", "Built", "Exported",
    "Leak", "Part", "Place", "Plan", "Posts", "Rehydrated", "Splits", "Statistics",
    "TextStatistics", "ambiguity_table", "as_latex", "as_markdown", "audit_release", "blanks",
    "build_release", "card_of", "corpus_leaks", "dehydrate", "earlier_splits", "export_release",
    "gold_of_annotator", "id_prefix", "licence_state", "merge_plus", "paper_table", "plan_plus",
    "read_pictures", "read_splits", "rehydrate", "releases_beside", "seeded_splits", "split_leaks",
    "statistics", "text_statistics", "text_table", "write_card", "write_plots", "write_plus",
]
