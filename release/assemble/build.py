"""`release build`: the gold spans of a corpus, frozen into a release.

A post becomes a record when it is kept, has gold and has a split; what is left out is counted. Spans
must begin and end on token edges: they are never moved here.
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
    Annotation,
    Corpus,
    DataError,
    Gold,
    Post,
    Problem,
    Record,
    Release,
    Source,
    Span,
    Split,
    image_name,
    tags_from_spans,
    write_release,
)
from ...schema.progress import OnCount, ignore_count
from ...schema.release.manifest import Withdrawn
from ...schema.tokens import TOKENIZER, tokenize
from .agreement import released_agreement

WAYS: Final = {
    "agreed": "agreed",
    "majority": "by majority",
    "adjudicated": "adjudicated",
    "annotator": "by one annotator",
}
"""The `how` of gold, without whose it is, in words."""


@dataclass(frozen=True, slots=True)
class Built:
    """A frozen release, and how many kept posts are not in it because they have no gold or no split."""

    release: Release
    without_gold: int
    without_split: int


def gold_of_annotator(corpus: Corpus, annotator: str) -> dict[str, Gold]:
    """One annotator's finished work of the last round, taken as gold, by post id."""
    last: dict[str, Annotation] = {}
    for annotation in corpus.annotations(annotator):  # in the order of rounds
        last[annotation.post_id] = annotation
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
    """Freezes a release into `out`. Raises DataError, with a row for each post that cannot be a record."""
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
            f"{corpus.folder}: {len(problems)} spans cannot be released; the first:"
            f" {problems[0].where}: {problems[0].found}; wanted {problems[0].wanted}",
            "mend these annotations and import or pull them again",
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
        gold=decided_by(gold[record.id] for rows in splits.values() for record in rows),
        sources=sources,
        withdrawn=withdrawn_from(corpus),
        agreement=released_agreement(corpus.folder),
        on_file=on_file,
    )
    return Built(release, without_gold, without_split)


def decided_by(gold: Iterable[Gold]) -> str:
    """`posts: 812 agreed, 140 by one annotator`: by the way their gold was decided, and nobody's name."""
    counts = Counter(one.how.partition(":")[0] for one in gold)
    return "posts: " + ", ".join(f"{n:,} {WAYS.get(way, way)}" for way, n in counts.most_common())


def withdrawn_from(corpus: Corpus) -> tuple[Withdrawn, ...]:
    """The posts that were kept once and had to go."""
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


def record_of(post: Post, gold: Gold, problems: list[Problem]) -> Record | None:
    """The record of a post, or None and rows in `problems`."""
    where = f"post {post.id}"
    if gold.text != post.text:
        problems.append(
            Problem(
                "error", "gold-text", where, f"gold for {gold.text[:40]!r}", f"{post.text[:40]!r}"
            )
        )
        return None
    tokens = tokenize(post.text)
    starts = {token.start: number for number, token in enumerate(tokens)}
    ends = {token.end: number + 1 for number, token in enumerate(tokens)}
    spans: list[Span] = []
    for span in gold.spans:
        if span.start in starts and span.end in ends:
            spans.append(Span(starts[span.start], ends[span.end], span.type))
        else:
            found = f"[{span.start}, {span.end}) {post.text[span.start : span.end]!r}"
            problems.append(Problem("error", "token-edge", where, found, "the edges of tokens"))
    if len(spans) < len(gold.spans):
        return None
    return Record(
        id=post.id,
        text=tuple(token.text for token in tokens),
        images=tuple(image_name(post.id, image.position, image.extension) for image in post.images),
        label=tuple(tags_from_spans(spans, len(tokens))),
        url=post.url,
        raw=post.text,
        offsets=tuple((token.start, token.end) for token in tokens),
        evidence=gold.evidence or None,
    )


def image_files(corpus: Corpus, post: Post) -> dict[str, Path]:
    """Image name in the release to file in the corpus."""
    return {
        image_name(post.id, image.position, image.extension): corpus.image_path(
            image.sha256, image.extension
        )
        for image in post.images
        if image.sha256
    }
