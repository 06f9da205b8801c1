"""Releases: assemble them from gold spans, then check, count, show, export and withdraw them."""

from .assemble.build import Built, build_release, gold_of_annotator
from .assemble.earlier_splits import earlier_splits, releases_beside
from .assemble.from_corpus import Assembled, SplitChoice, assemble_release
from .assemble.licence import licence_state
from .assemble.merge_plan import FIRST, TWITTER_2017, Part, Plan, plan_plus
from .assemble.merge_plus import merge_plus, write_plus
from .assemble.split import Splits, read_splits, seeded_splits
from .audit.audit import GROUPS, RULES, Audit, audit_release
from .audit.pictures import read_pictures
from .export.card import blanks, card_of, write_card
from .export.export import FORMATS, Exported, export_release
from .leaks.in_train import posts_in_train
from .leaks.leak import KINDS, Leak, Place
from .leaks.leaks import corpus_leaks, id_prefix, split_leaks
from .lifecycle.dehydrate import dehydrate
from .lifecycle.rehydrate import RecordSources, RehydrateResult, rehydrate
from .stats.plots import write_plots
from .stats.stats import Statistics, statistics
from .stats.stats_table import ambiguity_table, as_latex, as_markdown, paper_table, text_table
from .stats.text_stats import TextStatistics, text_statistics

# fmt: off
__all__ = [
    "FIRST", "FORMATS", "GROUPS", "KINDS", "RULES", "TWITTER_2017", "Assembled", "Audit", "Built",
    "Exported", "Leak", "Part", "Place", "Plan", "RecordSources", "RehydrateResult",
    "SplitChoice", "Splits", "Statistics", "TextStatistics", "ambiguity_table", "as_latex",
    "as_markdown", "assemble_release", "audit_release", "blanks", "build_release", "card_of",
    "corpus_leaks", "dehydrate", "earlier_splits", "export_release", "gold_of_annotator",
    "id_prefix", "licence_state", "merge_plus", "paper_table", "plan_plus", "posts_in_train", "read_pictures",
    "read_splits", "rehydrate", "releases_beside", "seeded_splits", "split_leaks", "statistics",
    "text_statistics", "text_table", "write_card", "write_plots", "write_plus",
]
