"""Turn one post with gold spans into a record: text to tokens, character spans to tags."""

from __future__ import annotations

from pathlib import Path

from ...schema import Corpus, Gold, Post, Problem, Record, Span, image_name, tags_from_spans
from ...schema.tokens import tokenize


def record_of(post: Post, gold: Gold, problems: list[Problem]) -> Record | None:
    """Return the record of a post; None where it has faults, which are added to `problems`."""
    where = f"post {post.id}"
    if gold.text != post.text:
        found = f"gold for the text {gold.text[:40]!r}"
        problems.append(Problem("error", "gold-text", where, found, f"the text {post.text[:40]!r}"))
        return None
    tokens = tokenize(post.text)
    starts = {token.start: number for number, token in enumerate(tokens)}
    ends = {token.end: number + 1 for number, token in enumerate(tokens)}
    spans: list[Span] = []
    for span in gold.spans:
        if span.start in starts and span.end in ends:
            spans.append(Span(starts[span.start], ends[span.end], span.type))
        else:
            found = f"span [{span.start}, {span.end}) {post.text[span.start : span.end]!r}"
            wanted = "a span that starts and ends at token edges"
            problems.append(Problem("error", "token-edge", where, found, wanted))
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
    """Return image name in the release to image file in the corpus."""
    return {
        image_name(post.id, image.position, image.extension): corpus.image_path(
            image.sha256, image.extension
        )
        for image in post.images
        if image.sha256
    }
