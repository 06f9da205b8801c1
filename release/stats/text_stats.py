"""Count what the paper's table leaves out: lengths, names that are not in train, and ambiguous names.

A form is the tokens of a name with their case; another spelling is another form. A name is unseen when train
has no entity of the same form and type, so that a dictionary made from train would miss it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from ...schema import SPLITS, TYPES, EntityType, Record, Release, Split

Name = tuple[tuple[str, ...], EntityType]
"""The form of an entity, and its type."""


@dataclass(frozen=True, slots=True)
class Lengths:
    """A histogram of lengths.

    Attributes:
        counts: length to how often it occurs.
    """

    counts: dict[int, int]

    @property
    def total(self) -> int:
        """Sum of all lengths."""
        return sum(length * times for length, times in self.counts.items())

    @property
    def mean(self) -> float:
        """Mean length; 0 where nothing was measured."""
        return self.total / self.number if self.counts else 0.0

    @property
    def number(self) -> int:
        """Number of things that were measured."""
        return sum(self.counts.values())

    @property
    def median(self) -> float:
        """Median length; 0 where nothing was measured."""
        return median(Counter(self.counts).elements()) if self.counts else 0

    @property
    def longest(self) -> int:
        """Greatest length; 0 where nothing was measured."""
        return max(self.counts, default=0)

    def as_dict(self) -> dict[str, object]:
        """Return mean, median and longest for JSON."""
        return {"mean": round(self.mean, 3), "median": self.median, "longest": self.longest}


@dataclass(frozen=True, slots=True)
class SplitText:
    """The measurements of one split.

    Attributes:
        tokens: number of tokens per record.
        names: number of tokens per entity.
        by_record: number of entities per record.
        forms: number of different forms.
        unseen: entity type to number of entities that are not in train.
        by_type: entity type to number of entities.
    """

    tokens: Lengths
    names: Lengths
    by_record: Lengths
    forms: int
    unseen: dict[EntityType, int]
    by_type: dict[EntityType, int]

    @property
    def unseen_share(self) -> float:
        """Share of the entities that are not in train, 0 to 1."""
        return sum(self.unseen.values()) / self.names.number if self.names.number else 0.0


@dataclass(frozen=True, slots=True)
class AmbiguousForm:
    """A form with several types.

    Attributes:
        form: the tokens, joined by spaces.
        types: entity type to how often the form has it.
    """

    form: str
    types: dict[EntityType, int]


@dataclass(frozen=True, slots=True)
class TextStatistics:
    """The measurements of a release.

    Attributes:
        splits: the measurements of each split.
        forms: number of different forms in all splits.
        ambiguous: forms with several types, most frequent first.
    """

    splits: dict[Split, SplitText]
    forms: int
    ambiguous: tuple[AmbiguousForm, ...]

    @property
    def ambiguous_share(self) -> float:
        """Share of the entities whose form has several types, 0 to 1."""
        names = sum(split.names.number for split in self.splits.values())
        return sum(sum(f.types.values()) for f in self.ambiguous) / names if names else 0.0

    def as_dict(self, *, most_forms: int) -> dict[str, object]:
        """Return everything for JSON, with at most `most_forms` ambiguous forms."""
        return {
            "splits": {split: _split_dict(text) for split, text in self.splits.items()},
            "forms": self.forms,
            "ambiguous_forms": len(self.ambiguous),
            "ambiguous_entities": round(self.ambiguous_share, 4),
            "most_ambiguous": {form.form: form.types for form in self.ambiguous[:most_forms]},
        }


def _split_dict(text: SplitText) -> dict[str, object]:
    return {
        "tokens": text.tokens.total,
        "tokens_per_tweet": text.tokens.as_dict(),
        "tokens_per_entity": text.names.as_dict(),
        "entities_per_tweet": text.by_record.as_dict(),
        "tweets_without_entities": text.by_record.counts.get(0, 0),
        "forms": text.forms,
        "unseen": {str(kind): number for kind, number in text.unseen.items()},
        "unseen_entities": round(text.unseen_share, 4),
    }


def text_statistics(release: Release) -> TextStatistics:
    """Measure every split of a release."""
    names = {split: list(_names(release.splits.get(split, ()))) for split in SPLITS}
    in_train = {name for record in names["train"] for name in record}
    types: dict[tuple[str, ...], Counter[EntityType]] = defaultdict(Counter)
    for form, kind in (name for records in names.values() for record in records for name in record):
        types[form][kind] += 1
    several = [
        AmbiguousForm(" ".join(form), dict(counts.most_common()))
        for form, counts in types.items()
        if len(counts) > 1
    ]
    several.sort(key=lambda form: (-sum(form.types.values()), form.form))
    return TextStatistics(
        {
            split: _measured(release.splits.get(split, ()), names[split], in_train)
            for split in SPLITS
        },
        len(types),
        tuple(several),
    )


def _names(records: Iterable[Record]) -> Iterable[list[Name]]:
    for record in records:
        yield [(record.text[span.start : span.end], span.type) for span in record.spans]


def _measured(
    records: Sequence[Record], names: Sequence[list[Name]], known: set[Name]
) -> SplitText:
    """Measure one split; `known` holds the names of train."""
    flat = [name for record in names for name in record]
    kinds = Counter(kind for _, kind in flat)
    unseen = Counter(kind for form, kind in flat if (form, kind) not in known)
    return SplitText(
        tokens=_lengths(len(record.text) for record in records),
        names=_lengths(len(form) for form, _ in flat),
        by_record=_lengths(len(record) for record in names),
        forms=len({form for form, _ in flat}),
        unseen={kind: unseen[kind] for kind in TYPES},
        by_type={kind: kinds[kind] for kind in TYPES},
    )


def _lengths(lengths: Iterable[int]) -> Lengths:
    return Lengths(dict(sorted(Counter(lengths).items())))
