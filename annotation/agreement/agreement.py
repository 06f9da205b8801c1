"""Measure how far annotators agree: for all posts, by type, by number of images and by pair.

This module combines the counts and measures of the other modules; docs/explain/agreement.md defines the
measures and gives their sources. It does not read a corpus (`shared_post.py`) and does not print.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations

from ...schema.progress import OnCount, ignore_count
from ...schema.release.agreement import Agreement, Figure, GroupAgreement, Outcome, PairAgreement
from ...schema.tokens import TOKENIZER
from .bootstrap import RESAMPLES, SEED, resampled_sums, with_interval
from .confusion import confusions
from .counts import ALL, ANY, BY_TYPE, Scope, Totals, row_of, scale_of
from .disputed import divided_posts
from .shared_post import SharedPost, SharedPosts

_OF_GROUP = ("f1", "fleiss_kappa", "alpha", "u_alpha")
_OF_PAIR = ("f1", "cohen_kappa", "alpha", "u_alpha")


def agreement_of(
    shared: SharedPosts,
    *,
    suggestions: Mapping[str, Outcome] | None = None,
    on_count: OnCount = ignore_count,
) -> Agreement:
    """Return all measures.

    Args:
        shared: at least one post that several annotators have done.
        suggestions: by source, what annotators did with suggested spans.
        on_count: called after each group of posts.
    """
    posts = shared.posts
    numbers = sorted({post.images for post in posts})
    pairs = [
        (pair, both)
        for pair in combinations(shared.annotators, 2)
        if (both := [post.only(*pair) for post in posts if post.tags.keys() >= set(pair)])
    ]
    steps = 1 + len(numbers) + len(pairs)
    overall, any_type, *types = _groups(posts, (ALL, ANY, *BY_TYPE.values()))
    on_count(1, steps)
    by_images = {}
    for done, number in enumerate(numbers, start=2):
        (by_images[number],) = _groups([post for post in posts if post.images == number], (ALL,))
        on_count(done, steps)
    by_pair = []
    for done, (pair, both) in enumerate(pairs, start=2 + len(numbers)):
        by_pair.append(_pair(pair, both))
        on_count(done, steps)
    return Agreement(
        tokenizer=TOKENIZER,
        resamples=RESAMPLES,
        seed=SEED,
        annotators=shared.annotators,
        posts=shared.counts,
        overall=overall,
        any_type=any_type,
        by_type=dict(zip(BY_TYPE, types, strict=True)),
        by_images=by_images,
        by_pair=tuple(by_pair),
        confusions=confusions(posts),
        divided=divided_posts(posts),
        suggestions=dict(suggestions or {}),
    )


def _groups(posts: Sequence[SharedPost], scopes: Sequence[Scope]) -> list[GroupAgreement]:
    """Return the agreement on these posts, one result per scope."""
    _, figures = _figures(posts, scopes, _OF_GROUP)
    marked = Counter(span.type for post in posts for spans in post.spans.values() for span in spans)
    return [
        GroupAgreement(
            posts=len(posts), spans=sum(marked[type_] for type_ in scope.types), **of_scope
        )
        for scope, of_scope in zip(scopes, figures, strict=True)
    ]


def _pair(pair: tuple[str, str], posts: Sequence[SharedPost]) -> PairAgreement:
    totals, (figures,) = _figures(posts, (ALL,), _OF_PAIR)
    spans = totals.count_spans(ALL)
    return PairAgreement(
        annotators=pair,
        posts=len(posts),
        spans=(spans.gold, spans.predicted),
        precision=spans.precision if spans.predicted else None,
        recall=spans.recall if spans.gold else None,
        **figures,
    )


def _figures(
    posts: Sequence[SharedPost], scopes: Sequence[Scope], names: Sequence[str]
) -> tuple[Totals, list[dict[str, Figure]]]:
    """Return the totals of these posts, and for each scope the named measures with their intervals."""
    scale = scale_of(posts)
    rows = [row_of(post, scale) for post in posts]
    totals = Totals.of([sum(column) for column in zip(*rows, strict=True)], scale)
    drawn: list[list[dict[str, float | None]]] = [[] for _ in scopes]
    for sums in resampled_sums(rows):
        sample = Totals.of(sums, scale)
        for values, scope in zip(drawn, scopes, strict=True):
            values.append(sample.measures(scope))
    figures = [
        {
            name: with_interval(totals.measures(scope)[name], [one[name] for one in values])
            for name in names
        }
        for values, scope in zip(drawn, scopes, strict=True)
    ]
    return totals, figures
