"""Rules of the audit about splits: their sizes, what they share, and how far they are alike.

Whether records of different splits are near-duplicates, or share pictures, is not asked here: `leaks`
finds that.
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
LEAST_DRIFT: Final = 0.1
"""Of a mean: less is not worth a word, however sure."""
LEAST_VARIANCE: Final = 0.25
SURE: Final = 4.0
"""Standard errors: beyond this a difference is not chance, though several are looked at."""
PAIRS: Final[tuple[tuple[Split, Split], ...]] = (
    ("dev", "train"),
    ("test", "train"),
    ("test", "dev"),
)


def _empty(inspected: Inspected) -> Iterator[Finding]:
    for split in SPLITS:
        if not inspected.of(split):
            yield Finding(str(inspected.release.files[split]), "no record", "one at least")


def _sizes(inspected: Inspected) -> Iterator[Finding]:
    total, train = len(inspected.examples), len(inspected.of("train"))
    for split in SPLITS[1:]:
        here = len(inspected.of(split))
        where = str(inspected.release.files[split])
        if here > train:
            yield Finding(where, f"{here:,} records", f"fewer than the {train:,} of train")
        elif 0 < here < SMALLEST_SHARE * total:
            wanted = f"at least {100 * SMALLEST_SHARE:.0f} % of {total:,}"
            yield Finding(where, f"{here:,} records", wanted)


def _no_entities(inspected: Inspected) -> Iterator[Finding]:
    for split in SPLITS:
        examples = inspected.of(split)
        if examples and not any(example.spans for example in examples):
            where = str(inspected.release.files[split])
            yield Finding(
                where, f"no entity in {len(examples)} records", "entities to learn or find"
            )


def _no_type(inspected: Inspected) -> Iterator[Finding]:
    counts = {s: Counter(x.type for e in inspected.of(s) for x in e.spans) for s in SPLITS}
    for kind in TYPES:
        for split in SPLITS:
            there = sum(types[kind] for types in counts.values())
            if there and counts[split] and not counts[split][kind]:
                where = str(inspected.release.files[split])
                yield Finding(where, f"no {kind}", f"some, as there are {there} in the release")


def _same_split(inspected: Inspected) -> Iterator[Finding]:
    texts = {s: Counter(e.record.text for e in inspected.of(s)) for s in SPLITS}
    for split, other in PAIRS:
        here, there = texts[split], texts[other]
        shared = sum(times for text, times in here.items() if text in there)
        if here and shared >= SAME_SHARE * here.total():
            where = str(inspected.release.files[split])
            found = f"{shared} of {here.total()} texts stand in {other}, too"
            yield Finding(where, found, "texts of its own")


def _texts_twice(inspected: Inspected) -> Iterator[Finding]:
    for split in SPLITS:
        first: dict[tuple[str, ...], Example] = {}
        for example in inspected.of(split):
            other = first.setdefault(example.record.text, example)
            if other is not example:
                found = f"{' '.join(example.record.text)[:60]!r} again"
                yield Finding(example, found, "each text once", f"at {other.where}")


def drift(what: str, measure: Callable[[Example], int]) -> Callable[[Inspected], Iterator[Finding]]:
    """A check that the mean of a measure is alike in two splits (Welch's test of two means)."""

    def check(inspected: Inspected) -> Iterator[Finding]:
        measured = {split: [measure(e) for e in inspected.of(split)] for split in SPLITS}
        for split, other in PAIRS:
            here, there = measured[split], measured[other]
            if any(here) and any(there):
                change = fmean(here) / fmean(there) - 1
                errors = standard_errors(here, there)
                if abs(change) >= LEAST_DRIFT and errors >= SURE:
                    found = (
                        f"{sum(here):,} {what} in {len(here):,} records, {fmean(here):.2f} each:"
                        f" {100 * abs(change):.0f} % {'fewer' if change < 0 else 'more'} than in {other}"
                    )
                    wanted = f"about {fmean(there):.2f}, as the {len(there):,} records of {other}"
                    where = str(inspected.release.files[split])
                    yield Finding(where, found, wanted, f"{errors:.1f} standard errors")

    return check


def standard_errors(left: Sequence[int], right: Sequence[int]) -> float:
    """How many standard errors two means of counts differ by (Welch 1947).

    A few counts that happen to be equal do not make the mean exact: hence the least variance.
    """
    variances = (max(pvariance(counts), LEAST_VARIANCE) / len(counts) for counts in (left, right))
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
            if error and abs(shares[0] - shares[1]) / error >= SURE and change >= LEAST_DRIFT:
                where = str(inspected.release.files[split])
                found = f"{kind} is {100 * shares[0]:.0f} % of the entities"
                yield Finding(where, found, f"about {100 * shares[1]:.0f} %, as in {other}")


SPLIT_RULES: Final = (
    Rule("split-empty", "Each split has records.", "error", "error", _empty),
    Rule(
        "split-size",
        f"dev and test have at least {100 * SMALLEST_SHARE:.0f} % of the records and are smaller than train.",
        "warning",
        "warning",
        _sizes,
    ),
    Rule("split-entities", "Each split has entities.", "error", "error", _no_entities),
    Rule(
        "split-types", "Each split has every type of the release.", "warning", "warning", _no_type
    ),
    Rule(
        "split-same",
        f"Less than {100 * SAME_SHARE:.0f} % of a split's texts stand in another: test is not dev.",
        "error",
        "error",
        _same_split,
    ),
    Rule("text-twice", "A text stands once in a split.", "warning", "warning", _texts_twice),
    Rule(
        "drift-entities",
        "Splits have alike numbers of entities a record.",
        "warning",
        "warning",
        drift("entities", lambda example: len(example.spans)),
    ),
    Rule(
        "drift-types",
        "The share of a type in dev and test is like that in train.",
        "warning",
        "warning",
        _type_shares,
    ),
    Rule(
        "drift-images",
        "Splits have alike numbers of images a record.",
        "warning",
        "warning",
        drift("images", lambda example: len(example.record.images)),
    ),
    Rule(
        "drift-tokens",
        "Splits have alike lengths of text.",
        "warning",
        "warning",
        drift("tokens", lambda example: len(example.record.text)),
    ),
)
