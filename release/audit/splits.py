"""Audit rules about splits: their sizes, their texts, and how similar their distributions are.

`leaks` finds near-duplicates and shared pictures between splits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from math import sqrt
from statistics import fmean, pvariance
from typing import Final

from ...schema import SPLITS, TYPES, Split
from .rule import Example, Finding, Inspected, Rule

SMALLEST_SHARE: Final = 0.02
SAME_SHARE: Final = 0.9
MIN_DRIFT: Final = 0.1
"""A smaller relative difference of means is not reported, however certain it is."""
MIN_VARIANCE: Final = 0.25
CERTAIN: Final = 4.0
"""A difference of this many standard errors is not chance, even though several are tested."""
PAIRS: Final[tuple[tuple[Split, Split], ...]] = (
    ("dev", "train"),
    ("test", "train"),
    ("test", "dev"),
)


def _empty(inspected: Inspected) -> Iterator[Finding]:
    for split in SPLITS:
        if not inspected.of(split):
            yield Finding(str(inspected.release.files[split]), "no records", "at least one")


def _sizes(inspected: Inspected) -> Iterator[Finding]:
    total, train = len(inspected.examples), len(inspected.of("train"))
    for split in SPLITS[1:]:
        here = len(inspected.of(split))
        where = str(inspected.release.files[split])
        if here > train:
            yield Finding(where, f"{here:,} records", f"not more than the {train:,} of train")
        elif 0 < here < SMALLEST_SHARE * total:
            wanted = f"at least {100 * SMALLEST_SHARE:.0f} % of {total:,}"
            yield Finding(where, f"{here:,} records", wanted)


def _no_entities(inspected: Inspected) -> Iterator[Finding]:
    for split in SPLITS:
        examples = inspected.of(split)
        if examples and not any(example.spans for example in examples):
            where = str(inspected.release.files[split])
            yield Finding(where, f"no entity in {len(examples)} records", "at least one entity")


def _no_type(inspected: Inspected) -> Iterator[Finding]:
    counts = {s: Counter(x.type for e in inspected.of(s) for x in e.spans) for s in SPLITS}
    for kind in TYPES:
        for split in SPLITS:
            there = sum(types[kind] for types in counts.values())
            if there and counts[split] and not counts[split][kind]:
                where = str(inspected.release.files[split])
                yield Finding(where, f"no {kind}", f"at least one, because the release has {there}")


def _same_split(inspected: Inspected) -> Iterator[Finding]:
    texts = {s: Counter(e.record.text for e in inspected.of(s)) for s in SPLITS}
    for split, other in PAIRS:
        here, there = texts[split], texts[other]
        shared = sum(times for text, times in here.items() if text in there)
        if here and shared >= SAME_SHARE * here.total():
            where = str(inspected.release.files[split])
            found = f"{shared} of {here.total()} texts are also in {other}"
            yield Finding(where, found, "other texts than in other splits")


def _texts_twice(inspected: Inspected) -> Iterator[Finding]:
    for split in SPLITS:
        first: dict[tuple[str, ...], Example] = {}
        for example in inspected.of(split):
            other = first.setdefault(example.record.text, example)
            if other is not example:
                found = f"{' '.join(example.record.text)[:60]!r} again"
                yield Finding(example, found, "each text once", f"first at {other.where}")


def drift(unit: str, measure: Callable[[Example], int]) -> Callable[[Inspected], Iterator[Finding]]:
    """Return a check that a measure has similar means in two splits (Welch's test of two means).

    Args:
        unit: what the measure counts, for the message.
        measure: the count of an example.
    """

    def check(inspected: Inspected) -> Iterator[Finding]:
        measured = {split: [measure(e) for e in inspected.of(split)] for split in SPLITS}
        for split, other in PAIRS:
            here, there = measured[split], measured[other]
            if any(here) and any(there):
                change = fmean(here) / fmean(there) - 1
                errors = standard_errors(here, there)
                if abs(change) >= MIN_DRIFT and errors >= CERTAIN:
                    found = (
                        f"{sum(here):,} {unit} in {len(here):,} records, {fmean(here):.2f} each:"
                        f" {100 * abs(change):.0f} % {'fewer' if change < 0 else 'more'} than in {other}"
                    )
                    wanted = (
                        f"about {fmean(there):.2f}, as in the {len(there):,} records of {other}"
                    )
                    where = str(inspected.release.files[split])
                    yield Finding(where, found, wanted, f"{errors:.1f} standard errors")

    return check


def standard_errors(left: Sequence[int], right: Sequence[int]) -> float:
    """Return by how many standard errors the means of two lists of counts differ (Welch 1947).

    The variance is at least `MIN_VARIANCE`, because a few equal counts do not make a mean exact.
    """
    variances = (max(pvariance(counts), MIN_VARIANCE) / len(counts) for counts in (left, right))
    return abs(fmean(left) - fmean(right)) / sqrt(sum(variances))


def _type_shares(inspected: Inspected) -> Iterator[Finding]:
    counts = {s: Counter(x.type for e in inspected.of(s) for x in e.spans) for s in SPLITS}
    for split, other in PAIRS[:2]:
        here, there = counts[split], counts[other]
        for kind in TYPES if here and there else ():
            shares = here[kind] / here.total(), there[kind] / there.total()
            pooled = (here[kind] + there[kind]) / (here.total() + there.total())
            error = sqrt(pooled * (1 - pooled) * (1 / here.total() + 1 / there.total()))
            change = abs(shares[0] / shares[1] - 1) if shares[1] else 0
            if error and abs(shares[0] - shares[1]) / error >= CERTAIN and change >= MIN_DRIFT:
                where = str(inspected.release.files[split])
                found = f"{kind} is {100 * shares[0]:.0f} % of the entities"
                yield Finding(where, found, f"about {100 * shares[1]:.0f} %, as in {other}")


SPLIT_RULES: Final = (
    Rule("split-empty", "Each split has at least one record.", "error", "error", _empty),
    Rule(
        "split-size",
        f"Dev and test have at least {100 * SMALLEST_SHARE:.0f} % of the records, and not more than train.",
        "warning",
        "warning",
        _sizes,
    ),
    Rule("split-entities", "Each split has at least one entity.", "error", "error", _no_entities),
    Rule(
        "split-types",
        "Each split has every entity type that the release has.",
        "warning",
        "warning",
        _no_type,
    ),
    Rule(
        "split-same",
        f"Less than {100 * SAME_SHARE:.0f} % of the texts of a split are in another split.",
        "error",
        "error",
        _same_split,
    ),
    Rule("text-twice", "A text is in a split only once.", "warning", "warning", _texts_twice),
    Rule(
        "drift-entities",
        "Splits have similar mean numbers of entities per record.",
        "warning",
        "warning",
        drift("entities", lambda example: len(example.spans)),
    ),
    Rule(
        "drift-types",
        "The share of each entity type in dev and test is similar to that in train.",
        "warning",
        "warning",
        _type_shares,
    ),
    Rule(
        "drift-images",
        "Splits have similar mean numbers of images per record.",
        "warning",
        "warning",
        drift("images", lambda example: len(example.record.images)),
    ),
    Rule(
        "drift-tokens",
        "Splits have similar mean text lengths.",
        "warning",
        "warning",
        drift("tokens", lambda example: len(example.record.text)),
    ),
)
