"""Collect what is known of a release's posts besides the release: audit problems, and facts from a corpus.

A corpus knows which posts may be sensitive, the alternative texts of pictures, and what each annotator
marked. Pictures are not checked here: the `image-*` rules belong to `release audit`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

from ...schema import Annotation, Corpus, Post, Problem, Release, Span, image_name
from ...schema.post_url import post_of_url
from ..audit.audit import RULES
from ..audit.picture_files import PICTURES
from ..audit.rule import Example, Inspected, examples_of

Reading = tuple[int, tuple[tuple[str, str], ...]]
"""One way to mark a post: the number of annotators who chose it, and (type, words) of each entity."""

_FILE_AND_LINE: Final = re.compile(r"^(.*):\d+$")


@dataclass(frozen=True)
class PostFacts:
    """What a corpus knows of one post.

    Attributes:
        is_sensitive: whether its source says that it may be sensitive.
        alt_texts: alternative texts by image name.
        readings: what annotators marked, the most frequent first; empty if they agree.
    """

    is_sensitive: bool = False
    alt_texts: Mapping[str, str] = field(default_factory=dict)
    readings: tuple[Reading, ...] = ()


@dataclass(frozen=True)
class Facts:
    """What is known of the posts of a release.

    Attributes:
        problems: problem rows by `file:line`.
        posts: facts by record id, or None if no corpus was given.
    """

    problems: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)
    posts: Mapping[str, PostFacts] | None = None

    def problems_of(self, example: Example) -> tuple[Problem, ...]:
        """Return the problems of one record."""
        return self.problems.get(example.where, ())

    def post_facts_of(self, example: Example) -> PostFacts:
        """Return what the corpus knows of one record; nothing if it does not have the post."""
        return (self.posts or {}).get(example.record.id, PostFacts())


def gather_facts(release: Release, corpus: Corpus | None) -> Facts:
    """Return everything that is known of a release that was read from disk."""
    posts = _facts_from_corpus(release, corpus) if corpus else None
    return Facts(_problems_by_line(release), posts)


def _problems_by_line(release: Release) -> dict[str, tuple[Problem, ...]]:
    inspected = Inspected(release, examples_of(release), {})
    rules = [rule for rule in RULES if rule not in PICTURES]
    problems: dict[str, list[Problem]] = defaultdict(list)
    for row in release.problems:
        problems[row.where].append(row)
    for rule in rules:
        for row in rule.problems(inspected):
            problems[row.where].append(row)
    return {where: tuple(rows) for where, rows in problems.items() if _FILE_AND_LINE.match(where)}


def _facts_from_corpus(release: Release, corpus: Corpus) -> dict[str, PostFacts]:
    readings = dict(_disagreements(corpus))
    facts = {}
    for record in release.records():
        post = corpus.post(record.id) or corpus.post(post_of_url(record.url) or "")
        if post:
            facts[record.id] = PostFacts(
                bool(post.possibly_sensitive), dict(_alt_texts(post)), readings.get(post.id, ())
            )
    return facts


def _alt_texts(post: Post) -> Iterator[tuple[str, str]]:
    for image in post.images:
        if image.alt_text and image.media_type:
            yield image_name(post.id, image.position, image.extension), image.alt_text


def _disagreements(corpus: Corpus) -> Iterator[tuple[str, tuple[Reading, ...]]]:
    """Yield (post id, readings) of each post that annotators marked differently in their latest rounds."""
    for post_id, group in groupby(corpus.annotations(), key=lambda one: one.post_id):
        latest: dict[str, Annotation] = {
            one.annotator: one for one in group
        }  # rounds are in order, so the last one wins
        done = [one for one in latest.values() if one.status == "done"]
        if len({one.text for one in done}) > 1:
            continue  # they saw different texts
        annotators: dict[tuple[Span, ...], int] = defaultdict(int)
        for one in done:
            annotators[one.spans] += 1
        if len(annotators) > 1:
            text = done[0].text
            yield (
                post_id,
                tuple(
                    (count, tuple((s.type, text[s.start : s.end]) for s in spans))
                    for spans, count in sorted(annotators.items(), key=lambda pair: -pair[1])
                ),
            )
