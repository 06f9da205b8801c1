"""What is known of a release's posts beside the release: findings of the audit, and what the corpus tells.

A corpus knows which posts may be sensitive, what their pictures' alternative texts are, and what each
annotator marked. What this does not do: look at pictures (`image-*` rules are the audit's alone).
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
"""How many annotators marked just these spans: (type, words) each."""

_LINE: Final = re.compile(r"^(.*):\d+$")


@dataclass(frozen=True)
class PostFacts:
    """Of one post in the corpus.

    alt_texts: by image name. readings: what annotators marked, most first, where they disagree.
    """

    is_sensitive: bool = False
    alt_texts: Mapping[str, str] = field(default_factory=dict)
    readings: tuple[Reading, ...] = ()


@dataclass(frozen=True)
class Facts:
    """problems: rows by split file and line. posts: by record id; None where no corpus was asked."""

    problems: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)
    posts: Mapping[str, PostFacts] | None = None

    def problems_of(self, example: Example) -> tuple[Problem, ...]:
        return self.problems.get(example.where, ())

    def of(self, example: Example) -> PostFacts:
        return (self.posts or {}).get(example.record.id, PostFacts())


def gather_facts(release: Release, corpus: Corpus | None) -> Facts:
    """Everything that is known. The release was read from disk."""
    posts = _of_corpus(release, corpus) if corpus else None
    return Facts(_problems(release), posts)


def _problems(release: Release) -> dict[str, tuple[Problem, ...]]:
    inspected = Inspected(release, examples_of(release), {})
    rules = [rule for rule in RULES if rule not in PICTURES]
    found: dict[str, list[Problem]] = defaultdict(list)
    for row in release.problems:
        found[row.where].append(row)
    for rule in rules:
        for row in rule.problems(inspected):
            found[row.where].append(row)
    return {where: tuple(rows) for where, rows in found.items() if _LINE.match(where)}


def _of_corpus(release: Release, corpus: Corpus) -> dict[str, PostFacts]:
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
    """Posts that two annotators have done, in the latest round of each, and not alike."""
    for post_id, group in groupby(corpus.annotations(), key=lambda one: one.post_id):
        latest: dict[str, Annotation] = {
            one.annotator: one for one in group
        }  # rounds come in order
        done = [one for one in latest.values() if one.status == "done"]
        if len({one.text for one in done}) > 1:
            continue  # they did not see the same text
        alike: dict[tuple[Span, ...], int] = defaultdict(int)
        for one in done:
            alike[one.spans] += 1
        if len(alike) > 1:
            text = done[0].text
            yield (
                post_id,
                tuple(
                    (count, tuple((s.type, text[s.start : s.end]) for s in spans))
                    for spans, count in sorted(alike.items(), key=lambda pair: -pair[1])
                ),
            )
