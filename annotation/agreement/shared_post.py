"""The posts that several annotators have done, gathered from a corpus for `agreement.py`.

Of each annotator the latest round counts. What it does not do: compare anybody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from statistics import median

from ...schema import Annotation, Corpus, Post, Problem, Span, tags_from_spans
from ...schema.release.agreement import PostCounts, Work
from ...schema.tokens import Token, tokenize
from ..spans.guideline_rules import guideline_problems
from ..spans.validate import short_repr


@dataclass(frozen=True, slots=True)
class SharedPost:
    """A post that two annotators or more have done, in the order of their names.

    spans: by annotator, in code points of `text`. tags: by annotator, the BIO tags of its tokens.
    """

    id: str
    text: str
    images: int
    spans: dict[str, tuple[Span, ...]]
    tags: dict[str, tuple[str, ...]]

    def only(self, *annotators: str) -> SharedPost:
        """The same post, as these annotators read it."""
        return SharedPost(
            self.id,
            self.text,
            self.images,
            {name: self.spans[name] for name in annotators},
            {name: self.tags[name] for name in annotators},
        )


@dataclass(frozen=True, slots=True)
class SharedPosts:
    """The posts, who did how many, what became of the other annotated posts, and rows about these."""

    posts: tuple[SharedPost, ...]
    annotators: dict[str, Work]
    counts: PostCounts
    problems: tuple[Problem, ...]


def shared_posts(corpus: Corpus) -> SharedPosts:
    """Every kept post that two annotators or more have done on its present text."""
    kept = {row.post_id for row in corpus.with_fate("kept")}
    posts: list[SharedPost] = []
    problems: list[Problem] = []
    said_by: dict[str, list[Annotation]] = {}
    fates: Counter[str] = Counter()
    for post_id, latest in _latest(corpus):
        for said in latest:
            said_by.setdefault(said.annotator, []).append(said)
        post = corpus.post(post_id) if post_id in kept else None
        if post is None:
            fates["not_kept"] += 1
            continue
        current = [said for said in latest if said.text == post.text]
        problems += [_outdated(post, said) for said in latest if said.text != post.text]
        finished = [said for said in current if said.status == "done"]
        if len(finished) > 1:
            fates["compared"] += 1
            posts.append(_shared(post, finished))
        elif len(current) < len(latest):
            fates["outdated"] += 1
        else:
            fates["skipped" if len(finished) < len(current) else "single"] += 1
    compared = Counter(name for post in posts for name in post.spans)
    work = {name: _work(said_by[name], compared[name]) for name in sorted(said_by)}
    names = ("compared", "skipped", "single", "outdated", "not_kept")
    counts = PostCounts(annotated=fates.total(), **{name: fates[name] for name in names})
    return SharedPosts(tuple(posts), work, counts, tuple(problems))


def _latest(corpus: Corpus) -> Iterator[tuple[str, list[Annotation]]]:
    """Each annotated post with the latest round of each annotator, by name."""
    for post_id, said in groupby(corpus.annotations(), key=attrgetter("post_id")):
        yield post_id, list({one.annotator: one for one in said}.values())


def _work(said: list[Annotation], compared: int) -> Work:
    done = [one for one in said if one.status == "done"]
    seconds = [one.seconds for one in done if one.seconds is not None]
    broken = Counter(row.rule for one in done for row in guideline_problems(one, one.post_id))
    return Work(
        done=len(done),
        skipped=len(said) - len(done),
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
        spans={said.annotator: said.spans for said in finished},
        tags={
            said.annotator: tuple(tags_from_spans(token_spans(tokens, said.spans), len(tokens)))
            for said in finished
        },
    )


def token_spans(tokens: list[Token], spans: tuple[Span, ...]) -> list[Span]:
    """Spans in tokens, for spans in code points.

    A span off the token edges (of another tokenizer version) takes each token that it shares a character
    with and that no earlier span has.
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


def _outdated(post: Post, said: Annotation) -> Problem:
    return Problem(
        "warning",
        "text-changed",
        f"post {post.id} {said.annotator}",
        f"annotated as {short_repr(said.text)}",
        f"the present text {short_repr(post.text)}",
        "not compared",
    )
