"""Audit rules about labels: names that break the guideline, and labels that contradict each other.

The rules about single names have the ids of docs/guidelines.md; here they are applied to tokens.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from typing import Final

import regex

from ...schema import SPLITS, EntityType, Split
from .rule import Example, Finding, Inspected, Rule

MAX_NAME_TOKENS: Final = 10
OFTEN: Final = 5
OFTEN_IN_A_SPLIT: Final = 3
_LINK: Final = regex.compile(r"(?i)(https?://|www\.|pic\.twitter\.com/|\bt\.co/)")
_EMOJI: Final = regex.compile(r"\p{Emoji_Presentation}|\p{ExtPict}\uFE0F|\p{RI}|\u20E3")


def _names(
    wanted: str, is_broken: Callable[[tuple[str, ...]], bool]
) -> Callable[[Inspected], Iterator[Finding]]:
    """Return a check that finds the entities whose tokens are `is_broken`."""

    def check(inspected: Inspected) -> Iterator[Finding]:
        for example in inspected.examples:
            for span in example.spans:
                if is_broken(example.record.text[span.start : span.end]):
                    found = f"{span.type} {example.surface(span)[:80]!r}"
                    yield Finding(example, found, wanted)

    return check


def _is_marks(tokens: tuple[str, ...]) -> bool:
    return not any(char.isalnum() or _EMOJI.match(char) for token in tokens for char in token)


def _begins_with_sign(tokens: tuple[str, ...]) -> bool:
    return tokens[0][:1] in ("#", "@") and (len(tokens) > 1 or len(tokens[0]) > 1)


def _has_link(tokens: tuple[str, ...]) -> bool:
    return any(_LINK.search(token) for token in tokens)


def _is_long(tokens: tuple[str, ...]) -> bool:
    return len(tokens) > MAX_NAME_TOKENS


Types = Counter[EntityType]


def types_of_surfaces(inspected: Inspected) -> dict[str, dict[Split, Types]]:
    """Return surface form, in lower case, to split to how often the form has each type."""
    surfaces: dict[str, dict[Split, Types]] = defaultdict(lambda: {s: Counter() for s in SPLITS})
    for example in inspected.examples:
        for span in example.spans:
            surfaces[example.surface(span).lower()][example.split][span.type] += 1
    return surfaces


def _odd_one_out(inspected: Inspected) -> Iterator[Finding]:
    totals = {
        surface: sum(by_split.values(), Counter())
        for surface, by_split in types_of_surfaces(inspected).items()
    }
    for example in inspected.examples:
        for span in example.spans:
            types = totals[example.surface(span).lower()]
            if len(types) > 1 and types[span.type] == 1:
                usual, times = types.most_common(1)[0]
                if times >= OFTEN and types.total() == times + 1:
                    found = f"{example.surface(span)!r} is {span.type}"
                    yield Finding(example, found, f"{usual}, as in the other {times} places")


def _other_in_a_split(inspected: Inspected) -> Iterator[Finding]:
    for surface, by_split in types_of_surfaces(inspected).items():
        only = {
            split: next(iter(types))
            for split, types in by_split.items()
            if len(types) == 1 and types.total() >= OFTEN_IN_A_SPLIT
        }
        for split in SPLITS[1:]:
            if "train" in only and split in only and only[split] != only["train"]:
                here, there = by_split[split].total(), by_split["train"].total()
                found = f"{surface!r} is always {only[split]} ({here} times)"
                wanted = f"{only['train']}, as always in train ({there} times)"
                yield Finding(str(inspected.release.files[split]), found, wanted)


def _contradictions(inspected: Inspected) -> Iterator[Finding]:
    first: dict[tuple[str, ...], Example] = {}
    for example in inspected.examples:
        other = first.setdefault(example.record.text, example)
        if other.record.label != example.record.label:
            new = sorted(set(example.spans) - set(other.spans))
            names = [f"{example.surface(span)!r} {span.type}" for span in new]
            found = f"other labels than at {other.where}"
            yield Finding(example, found, "the same labels for the same text", ", ".join(names))


def _evidence(inspected: Inspected) -> Iterator[Finding]:
    for example in inspected.examples:
        evidence = example.record.evidence
        if evidence is None:
            continue
        if len(evidence) != len(example.spans):
            found = f"evidence for {len(evidence)} entities"
            yield Finding(example, found, f"evidence for each of {len(example.spans)}")
        images = len(example.record.images)
        for position in sorted({p for row in evidence for p in row if not 0 <= p < images}):
            found = f"evidence in image {position}"
            yield Finding(example, found, f"the position of one of the {images} images")


LABELS: Final = (
    Rule(
        "mark-only",
        "A name has at least one letter, digit or emoji.",
        "warning",
        "warning",
        _names("a letter, digit or emoji", _is_marks),
    ),
    Rule(
        "sign",
        "A name does not include the # or @ before it.",
        "warning",
        "warning",
        _names("the name without its # or @", _begins_with_sign),
    ),
    Rule(
        "link",
        "A name contains no part of a web address.",
        "warning",
        "warning",
        _names("no part of a web address", _has_link),
    ),
    Rule(
        "long",
        f"A name has at most {MAX_NAME_TOKENS} tokens.",
        "warning",
        "warning",
        _names(f"at most {MAX_NAME_TOKENS} tokens", _is_long),
    ),
    Rule(
        "label-odd",
        f"A name that has one type in {OFTEN} or more places does not have another type in a single place.",
        "warning",
        "warning",
        _odd_one_out,
    ),
    Rule(
        "label-split",
        "A name that always has one type in train does not always have another type in dev or test.",
        "warning",
        "warning",
        _other_in_a_split,
    ),
    Rule(
        "label-twice",
        "The same text has the same labels in every record.",
        "warning",
        "warning",
        _contradictions,
    ),
    Rule(
        "evidence",
        "Evidence, if given, covers every entity and refers to images of the record.",
        "error",
        None,
        _evidence,
    ),
)
