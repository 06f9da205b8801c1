"""`release build`: freeze the gold spans of a corpus into a release.

A post becomes a record when it is kept, has gold and has a split; the other posts are counted. Spans must
start and end at token edges; this module never moves them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from ...schema import (
    SPLITS,
    Corpus,
    DataError,
    Gold,
    Problem,
    Record,
    Release,
    Source,
    Split,
    write_release,
)
from ...schema.corpus.people import People, latest_annotations
from ...schema.progress import OnCount, ignore_count
from ...schema.release.manifest import Withdrawn
from ...schema.tokens import TOKENIZER
from .agreement import released_agreement
from .record import image_files, record_of

DECISIONS: Final = {
    "agreed": "agreed",
    "majority": "by majority",
    "adjudicated": "adjudicated",
    "annotator": "by one annotator",
}
"""The part of `Gold.how` before the colon, and the words for it in the manifest."""


@dataclass(frozen=True, slots=True)
class Built:
    """A frozen release and the number of kept posts that are not in it.

    Attributes:
        release: the release as written.
        without_gold: kept posts without gold.
        without_split: kept posts with gold, but without a split.
    """

    release: Release
    without_gold: int
    without_split: int


def gold_of_annotator(corpus: Corpus, annotator: str) -> dict[str, Gold]:
    """Return an annotator's finished spans of the last round, by any of their names, as gold by post id."""
    name = People.of(corpus).person(annotator)
    last = {
        post_id: one
        for post_id, latest in latest_annotations(corpus)
        for one in latest
        if one.annotator == name
    }
    return {
        post_id: Gold(
            post_id=post_id,
            text=annotation.text,
            spans=annotation.spans,
            how=f"annotator:{annotator}",
            evidence=annotation.evidence,
        )
        for post_id, annotation in last.items()
        if annotation.status == "done"
    }


def build_release(
    corpus: Corpus,
    gold: Mapping[str, Gold],
    split_of: Mapping[str, Split],
    *,
    out: Path,
    name: str,
    version: str,
    created: date,
    seed: int | None,
    on_file: OnCount = ignore_count,
) -> Built:
    """Freeze a release into the folder `out`.

    Args:
        corpus: the corpus that holds the posts and images.
        gold: post id to gold.
        split_of: post id to split.
        out: folder to create.
        name: name of the dataset.
        version: version of the release, X.Y.Z.
        created: date for the manifest.
        seed: seed of the split; None where the split was given.
        on_file: progress in images.

    Raises:
        DataError: a post cannot become a record (one problem row for each fault), there is no record,
            or a post was removed from the corpus meanwhile.
    """
    posts = list(corpus.kept_posts())
    splits: dict[Split, list[Record]] = {split: [] for split in SPLITS}
    files: dict[str, Path] = {}
    problems: list[Problem] = []
    without_gold = without_split = 0
    for post in posts:
        if post.id not in gold:
            without_gold += 1
        elif post.id not in split_of:
            without_split += 1
        else:
            record = record_of(post, gold[post.id], problems)
            if record:
                splits[split_of[post.id]].append(record)
                files |= image_files(corpus, post)
    if problems:
        raise DataError(
            f"{corpus.folder}: {len(problems)} problems in the gold; the first:"
            f" {problems[0].where}: {problems[0].found}; wanted {problems[0].wanted}",
            "fix these annotations, then import or pull them again",
            problems=problems,
        )
    if not any(splits.values()):
        raise DataError(
            f"{corpus.folder}: no gold to release ({len(posts)} posts kept, {without_gold} without gold,"
            f" {without_split} without a split)",
            f"mnerctl label import spans.jsonl --annotator NAME --corpus {corpus.folder},"
            " then build with --from-annotator NAME",
        )
    sources = (Source(name=corpus.folder.resolve().name, records=sum(map(len, splits.values()))),)
    release = write_release(
        out,
        splits,
        name=name,
        version=version,
        tokenizer=TOKENIZER,
        image_source=lambda image: files[image],
        created=created,
        seed=seed,
        gold=gold_summary(gold[record.id] for rows in splits.values() for record in rows),
        sources=sources,
        withdrawn=withdrawn_from(corpus),
        agreement=released_agreement(corpus.folder),
        on_file=on_file,
        only_if=corpus.none_removed(record.id for rows in splits.values() for record in rows),
    )
    return Built(release, without_gold, without_split)


def gold_summary(gold: Iterable[Gold]) -> str:
    """Return how gold was decided, in counts and without names: `posts: 812 agreed, 140 by majority`."""
    counts = Counter(one.how.partition(":")[0] for one in gold)
    return "posts: " + ", ".join(
        f"{n:,} {DECISIONS.get(how, how)}" for how, n in counts.most_common()
    )


def withdrawn_from(corpus: Corpus) -> tuple[Withdrawn, ...]:
    """Return the posts that were once kept and then had to be removed."""
    return tuple(
        Withdrawn(
            id=stone.post_id,
            fate=stone.fate,
            reason=stone.reason,
            date=datetime.fromisoformat(stone.at).date(),
        )
        for stone in corpus.tombstones()
        if stone.was == "kept"
    )
