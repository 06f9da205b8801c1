"""Audit rules about the image names in records. `picture_files` has the rules about the files."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

import regex

from ...schema.formats.mner_mi import TWITTER_2017_PREFIX
from ...schema.formats.published_record import MAX_IMAGES
from ...schema.post import EXTENSIONS
from ...schema.post_url import MIN_POST_ID
from .rule import Example, Finding, Inspected, Rule

SUFFIXES: Final = frozenset({*EXTENSIONS.values(), "jpeg"})
_NAME: Final = regex.compile(r"(?P<id>.+)_(?P<position>\d+)\.\w+")


def _count(inspected: Inspected) -> Iterator[Finding]:
    if not inspected.is_ours:
        return  # the reader reported it
    for example in inspected.examples:
        if not 1 <= len(example.record.images) <= MAX_IMAGES:
            found = f"{len(example.record.images)} images"
            yield Finding(example, found, f"1 to {MAX_IMAGES}")


def _single(inspected: Inspected) -> Iterator[Finding]:
    """Find records with one image in sources where most records have several.

    Each source is looked at alone, because in MNER-MI-Plus the records of Twitter-2017 have one image each.
    """
    sources: dict[str, list[Example]] = defaultdict(list)
    for example in inspected.examples:
        is_twitter = example.record.id.startswith(TWITTER_2017_PREFIX)
        sources[example.record.origin or ("Twitter-2017" if is_twitter else "")].append(example)
    for examples in sources.values():
        single = [example for example in examples if len(example.record.images) == 1]
        if len(single) * 2 < len(examples):
            for example in single:
                yield Finding(example, "1 image", f"2 to {MAX_IMAGES}, as in most records")


def _twice(inspected: Inspected) -> Iterator[Finding]:
    if not inspected.is_ours:
        return  # the reader reported it
    for example in inspected.examples:
        for name, times in Counter(example.record.images).items():
            if times > 1:
                yield Finding(example, f"{name} {times} times", "each image once")


def _order(inspected: Inspected) -> Iterator[Finding]:
    for example in inspected.examples:
        names = [_NAME.fullmatch(name) for name in example.record.images]
        places = [
            int(name["position"]) for name in names if name and name["id"] == example.record.id
        ]
        if len(places) == len(names) and any(right < left for left, right in pairwise(places)):
            found = " ".join(example.record.images)
            yield Finding(example, found, "images in the order of their numbers")


def _other_record(inspected: Inspected) -> Iterator[Finding]:
    for example in inspected.examples:
        id = example.record.id
        for image in example.record.images:
            name = _NAME.fullmatch(image)
            is_of_post = name and name["id"].isdigit() and len(name["id"]) >= MIN_POST_ID
            if name and is_of_post and id.isdigit() and name["id"] != id:
                yield Finding(example, image, f"an image of {id}")


def _shared(inspected: Inspected) -> Iterator[Finding]:
    first: dict[str, Example] = {}
    for example in inspected.examples:
        for name in dict.fromkeys(example.record.images):
            other = first.setdefault(name, example)
            if other is not example:
                wanted = "an image of one record only"
                yield Finding(example, name, wanted, f"first at {other.where}")


def _suffix(inspected: Inspected) -> Iterator[Finding]:
    for example in inspected.examples:
        for name in example.record.images:
            if name.rpartition(".")[2].lower() not in SUFFIXES:
                yield Finding(
                    example.where, name, f"one of the endings {', '.join(sorted(SUFFIXES))}"
                )


def _case(inspected: Inspected) -> Iterator[Finding]:
    first: dict[str, str] = {}
    for example in inspected.examples:
        for name in example.record.images:
            other = first.setdefault(name.lower(), name)
            if other != name:
                wanted = "names that differ in more than case"
                yield Finding(example, f"{name} and {other}", wanted)


IMAGES_NAMED: Final = (
    Rule("image-count", f"A record has 1 to {MAX_IMAGES} images.", "error", "warning", _count),
    Rule(
        "image-single",
        "In a corpus of posts with several images, such as MNER-MI, no record has only one image.",
        "warning",
        "warning",
        _single,
    ),
    Rule("image-twice", "A record does not name an image twice.", "error", "warning", _twice),
    Rule(
        "image-order",
        "Images are in the order of the post, which their names number.",
        "error",
        "warning",
        _order,
    ),
    Rule(
        "image-owner",
        "An image belongs to the post of its record.",
        "error",
        "warning",
        _other_record,
    ),
    Rule("image-shared", "Each image name is in one record only.", "error", "warning", _shared),
    Rule(
        "image-suffix",
        "An image name has the ending of a picture format.",
        "error",
        "warning",
        _suffix,
    ),
    Rule(
        "image-case",
        "Image names differ in more than case, because some file systems ignore case.",
        "error",
        "warning",
        _case,
    ),
)
