"""Decide the gold and the splits of a corpus, and freeze them into a release with `build.py`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ...schema import Corpus, Gold
from ...schema.progress import OnCount, ignore_count
from .build import Built, build_release, gold_of_annotator
from .earlier_splits import earlier_splits, releases_beside
from .split import Splits, read_splits, seeded_splits


@dataclass(frozen=True, kw_only=True)
class SplitChoice:
    """How posts are split.

    Attributes:
        file: a JSON file with the ids of each split; the other fields are then unused.
        ratios: shares of train, dev and test.
        seed: seed of the order.
        by_author: keep all posts of an author in one split.
        previous: an earlier release whose splits are kept; None for all of the same name beside `out`.
    """

    file: Path | None = None
    ratios: Sequence[float] = (0.8, 0.1, 0.1)
    seed: int = 1234
    by_author: bool = False
    previous: Path | None = None


@dataclass(frozen=True)
class Assembled:
    """A release made from a corpus.

    Attributes:
        built: the release, and what was left out.
        splits: the split of each post, and what constrained it.
        earlier: the earlier releases whose splits were kept.
    """

    built: Built
    splits: Splits
    earlier: tuple[Path, ...]


def assemble_release(
    corpus: Corpus,
    *,
    out: Path,
    version: str,
    created: date,
    split: SplitChoice,
    from_annotator: str | None = None,
    on_file: OnCount = ignore_count,
) -> Assembled:
    """Freeze the gold of a corpus, or the spans of one annotator, into the folder `out`.

    Raises:
        DataError: there is no gold, a span cannot be released, or `out` exists.
    """
    name = corpus.settings.name
    gold: dict[str, Gold] = (
        dict(gold_of_annotator(corpus, from_annotator))
        if from_annotator
        else {gold.post_id: gold for gold in corpus.gold()}
    )
    earlier: tuple[Path, ...] = ()
    if split.file:
        splits = Splits(read_splits(split.file))
    else:
        earlier = (split.previous,) if split.previous else tuple(releases_beside(out, name))
        splits = seeded_splits(
            corpus.kept_posts(),
            gold,
            ratios=split.ratios,
            seed=split.seed,
            by_author=split.by_author,
            earlier=earlier_splits(earlier),
        )
    built = build_release(
        corpus,
        gold,
        splits.split_of,
        out=out,
        name=name,
        version=version,
        created=created,
        seed=None if split.file else split.seed,
        on_file=on_file,
    )
    return Assembled(built, splits, earlier)
