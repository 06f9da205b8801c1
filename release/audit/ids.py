"""Audit rules about ids and URLs: they name one post, and no other record has it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from ...schema import is_base_name, time_of_id
from ...schema.formats.mner_mi import TWITTER_2017_PREFIX
from ...schema.post_url import MIN_POST_ID, URL_FORM, post_of_url
from .rule import Example, Finding, Inspected, Rule


def _invalid_ids(inspected: Inspected) -> Iterator[Finding]:
    for example in inspected.examples:
        if not is_base_name(example.record.id) or any(c.isspace() for c in example.record.id):
            wanted = "an id that can be part of a file name and has no space"
            yield Finding(example, f"id {example.record.id!r}", wanted)


def _invalid_urls(inspected: Inspected) -> Iterator[Finding]:
    for example in inspected.examples:
        if example.record.url and not post_of_url(example.record.url):
            yield Finding(example, f"{example.record.url[:120]!r}", URL_FORM)


def _is_single_image_corpus(example: Example) -> bool:
    return example.record.id.startswith(TWITTER_2017_PREFIX)


def _missing_urls(inspected: Inspected) -> Iterator[Finding]:
    """Find records without a URL where others have one. Twitter-2017 was published without URLs."""
    examples = [example for example in inspected.examples if not _is_single_image_corpus(example)]
    if any(example.record.url for example in examples):
        for example in examples:
            if not example.record.url:
                yield Finding(example, "no url", URL_FORM)


def _other_post(inspected: Inspected) -> Iterator[Finding]:
    for example in inspected.examples:
        id, post = example.record.id, post_of_url(example.record.url)
        is_post_id = id.isascii() and id.isdigit() and len(id) >= MIN_POST_ID
        if post and is_post_id and post != id:
            yield Finding(example, f"the url of post {post}", f"the url of post {id}")


def _same_post(inspected: Inspected) -> Iterator[Finding]:
    first: dict[str, Example] = {}
    for example in inspected.examples:
        post = post_of_url(example.record.url)
        if post and (other := first.setdefault(post, example)) is not example:
            yield Finding(
                example.where, f"post {post} again", "each post once", f"first at {other.where}"
            )


def _newer_than_the_release(inspected: Inspected) -> Iterator[Finding]:
    manifest = inspected.release.manifest
    if manifest is None:
        return
    latest = min(manifest.created, inspected.today)  # the clock that dated the release may be wrong
    for example in inspected.examples:
        id = example.record.id
        if id.isascii() and id.isdigit() and len(id) <= 19:
            made = time_of_id(id)
            if made and made.date() > latest + timedelta(days=1):
                found = f"post {id} of {made.date()}"
                yield Finding(example, found, f"a post from before {latest}")


IDS: Final = (
    Rule(
        "id-form",
        "An id can be part of a file name and has no space.",
        "error",
        "warning",
        _invalid_ids,
    ),
    Rule(
        "url-form", f"A url is empty or has the form {URL_FORM}.", "error", "warning", _invalid_urls
    ),
    Rule(
        "url-missing",
        "A record has a url if other records have one.",
        "warning",
        "warning",
        _missing_urls,
    ),
    Rule(
        "url-id",
        "The url of a record is that of the post with its id.",
        "error",
        "warning",
        _other_post,
    ),
    Rule("url-unique", "Each post is in one record only.", "error", "warning", _same_post),
    Rule(
        "id-date",
        "A post is not newer than the release (an id contains its time).",
        "error",
        None,
        _newer_than_the_release,
    ),
)
