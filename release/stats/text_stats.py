"""What the paper's table does not tell of a release: lengths, names that train never had, ambiguity.

A form is the tokens of a name, in the case that they have; two records that spell it otherwise are two
forms. Names are unseen by form and type, as a dictionary of train would miss them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from ...schema import SPLITS, TYPES, EntityType, Record, Release, Split

Name = tuple[tuple[str, ...], EntityType]


@dataclass(frozen=True, slots=True)
class Lengths:
    """How often each length occurs."""

    counts: dict[int, int]

    @property
    def total(self) -> int:
        """The lengths of all, added up."""
        return sum(length * times for length, times in self.counts.items())

    @property
    def mean(self) -> float:
        """0 where there is none."""
        return self.total / self.number if self.counts else 0.0

    @property
    def number(self) -> int:
        """How many things were measured."""
        return sum(self.counts.values())

    @property
    def median(self) -> float:
        """0 where there is none."""
        return median(Counter(self.counts).elements()) if self.counts else 0

    @property
    def longest(self) -> int:
        """0 where there is none."""
        return max(self.counts, default=0)

    def as_dict(self) -> dict[str, object]:
        """Mean, median and longest, for JSON."""
        return {"mean": round(self.mean, 3), "median": self.median, "longest": self.longest}


@dataclass(frozen=True, slots=True)
class SplitText:
    """One split.

    tokens: of its records. names: tokens of its entities. by_record: entities of its records.
    forms: different forms. unseen: entities of each type that train does not have.
    """

    tokens: Lengths
    names: Lengths
    by_record: Lengths
    forms: int
    unseen: dict[EntityType, int]
    by_type: dict[EntityType, int]

    @property
    def unseen_share(self) -> float:
        """Of the entities, from 0 to 1."""
        return sum(self.unseen.values()) / self.names.number if self.names.number else 0.0


@dataclass(frozen=True, slots=True)
class AmbiguousForm:
    """A form with several types, and how often it has each."""

    form: str
    types: dict[EntityType, int]


@dataclass(frozen=True, slots=True)
class TextStatistics:
    """All splits, and over all of them the forms with several types, the most frequent first."""

    splits: dict[Split, SplitText]
    forms: int
    ambiguous: tuple[AmbiguousForm, ...]

    @property
    def ambiguous_share(self) -> float:
        """Of all entities those whose form has several types, from 0 to 1."""
        names = sum(split.names.number for split in self.splits.values())
        return sum(sum(f.types.values()) for f in self.ambiguous) / names if names else 0.0

    def as_dict(self, *, most_forms: int) -> dict[str, object]:
        """Everything for JSON; of the ambiguous forms the first `most_forms`."""
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
    """Measures every split of `release`."""
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
    """known: the names of train, of which nothing is unseen in train itself."""
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


def _lengths(of: Iterable[int]) -> Lengths:
    return Lengths(dict(sorted(Counter(of).items())))
