"""Collect from a corpus the posts that several annotators have done, for `agreement.py` to compare.

For each person the latest round counts.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from statistics import median

from ...schema import Annotation, Corpus, Post, Problem, Span, tags_from_spans
from ...schema.corpus.people import latest_annotations
from ...schema.release.agreement import PostCounts, Work
from ...schema.tokens import Token, tokenize
from ..spans.guideline_rules import guideline_problems
from ..spans.validate import short_repr


@dataclass(frozen=True, slots=True)
class SharedPost:
    """A post that two or more annotators have done.

    images: number of its images.
    spans: the spans of each annotator, in the order of their names; offsets in code points of `text`.
    tags: the BIO tags of each annotator, one per token.
    """

    id: str
    text: str
    images: int
    spans: dict[str, tuple[Span, ...]]
    tags: dict[str, tuple[str, ...]]

    def only(self, *annotators: str) -> SharedPost:
        """Return the same post with these annotators alone."""
        return SharedPost(
            self.id,
            self.text,
            self.images,
            {name: self.spans[name] for name in annotators},
            {name: self.tags[name] for name in annotators},
        )


@dataclass(frozen=True, slots=True)
class SharedPosts:
    """All annotated posts of a corpus.

    posts: those that can be compared.
    annotators: how much each annotator has done, by name.
    counts: how many posts are compared, and why the others are not.
    problems: rows about annotations that are not compared.
    """

    posts: tuple[SharedPost, ...]
    annotators: dict[str, Work]
    counts: PostCounts
    problems: tuple[Problem, ...]


def shared_posts(corpus: Corpus) -> SharedPosts:
    """Collect every kept post that two or more annotators have done on its present text."""
    kept = {row.post_id for row in corpus.with_fate("kept")}
    posts: list[SharedPost] = []
    problems: list[Problem] = []
    by_annotator: dict[str, list[Annotation]] = {}
    reasons: Counter[str] = Counter()
    for post_id, latest in latest_annotations(corpus):
        for annotation in latest:
            by_annotator.setdefault(annotation.annotator, []).append(annotation)
        post = corpus.post(post_id) if post_id in kept else None
        if post is None:
            reasons["not_kept"] += 1
            continue
        current = [one for one in latest if one.text == post.text]
        problems += [_outdated(post, one) for one in latest if one.text != post.text]
        finished = [one for one in current if one.status == "done"]
        if len(finished) > 1:
            reasons["compared"] += 1
            posts.append(_shared(post, finished))
        elif len(current) < len(latest):
            reasons["outdated"] += 1
        else:
            reasons["skipped" if len(finished) < len(current) else "single"] += 1
    compared = Counter(name for post in posts for name in post.spans)
    work = {name: _work(by_annotator[name], compared[name]) for name in sorted(by_annotator)}
    names = ("compared", "skipped", "single", "outdated", "not_kept")
    counts = PostCounts(annotated=reasons.total(), **{name: reasons[name] for name in names})
    return SharedPosts(tuple(posts), work, counts, tuple(problems))


def _work(annotations: list[Annotation], compared: int) -> Work:
    done = [one for one in annotations if one.status == "done"]
    seconds = [one.seconds for one in done if one.seconds is not None]
    broken = Counter(row.rule for one in done for row in guideline_problems(one, one.post_id))
    return Work(
        done=len(done),
        skipped=len(annotations) - len(done),
        compared=compared,
        seconds=round(median(seconds), 1) if seconds else None,
        broken=dict(sorted(broken.items())),
    )


def _shared(post: Post, finished: list[Annotation]) -> SharedPost:
    tokens = tokenize(post.text)
    return SharedPost(
        id=post.id,
        text=post.text,
        images=len(post.images),
        spans={one.annotator: one.spans for one in finished},
        tags={
            one.annotator: tuple(tags_from_spans(token_spans(tokens, one.spans), len(tokens)))
            for one in finished
        },
    )


def token_spans(tokens: list[Token], spans: tuple[Span, ...]) -> list[Span]:
    """Return spans in tokens for spans in code points.

    A span that does not begin and end where tokens do (it was made with another tokenizer version) takes each
    token with which it shares a character, unless an earlier span has taken it.
    """
    found: list[Span] = []
    at = 0
    for span in spans:
        while at < len(tokens) and tokens[at].end <= span.start:
            at += 1
        first = at
        while at < len(tokens) and tokens[at].start < span.end:
            at += 1
        if first < at:
            found.append(Span(first, at, span.type))
    return found


def _outdated(post: Post, annotation: Annotation) -> Problem:
    return Problem(
        "warning",
        "text-changed",
        f"post {post.id} {annotation.annotator}",
        f"annotated as {short_repr(annotation.text)}",
        f"the present text {short_repr(post.text)}",
        "not compared",
    )
