"""Count a release as the paper's table does (Huang et al., LREC-COLING 2024, dataset statistics)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from ...schema import SPLITS, TYPES, EntityType, Record, Release, Split


@dataclass(frozen=True, slots=True)
class SplitCounts:
    """The counts of one split: one column of the table.

    Attributes:
        tweets: number of records.
        by_type: entity type to number of entities.
        by_images: number of images of a record to number of records.
    """

    tweets: int
    by_type: dict[EntityType, int]
    by_images: dict[int, int]

    @property
    def entities(self) -> int:
        """Number of entities of all types."""
        return sum(self.by_type.values())

    @property
    def images(self) -> int:
        """Number of images that the records name, in total."""
        return sum(count * tweets for count, tweets in self.by_images.items())

    @property
    def images_per_tweet(self) -> float:
        """Mean number of images; 0 where there are no records."""
        return self.images / self.tweets if self.tweets else 0.0


@dataclass(frozen=True, slots=True)
class Statistics:
    """The counts of all splits."""

    splits: dict[Split, SplitCounts]

    def summary(self) -> str:
        """Return the totals in one line."""
        columns = self.splits.values()
        return (
            f"{sum(c.tweets for c in columns):,} tweets, {sum(c.entities for c in columns):,} entities, "
            f"{sum(c.images for c in columns):,} images"
        )

    def as_dict(self) -> dict[str, object]:
        """Return the table for JSON, with the paper's names."""
        return {
            split: {
                **{str(kind): number for kind, number in counts.by_type.items()},
                "entities": counts.entities,
                "images": {
                    str(number): tweets for number, tweets in sorted(counts.by_images.items())
                },
                "images_per_tweet": round(counts.images_per_tweet, 3),
                "tweets": counts.tweets,
            }
            for split, counts in self.splits.items()
        }


def statistics(release: Release) -> Statistics:
    """Count every split of a release."""
    return Statistics({split: _count(release.splits.get(split, ())) for split in SPLITS})


def _count(records: Iterable[Record]) -> SplitCounts:
    tweets = 0
    types: Counter[EntityType] = Counter()
    images: Counter[int] = Counter(dict.fromkeys(range(1, 5), 0))
    for record in records:
        tweets += 1
        types.update(span.type for span in record.spans)
        images[len(record.images)] += 1
    by_type: dict[EntityType, int] = {t: types[t] for t in TYPES}
    return SplitCounts(tweets, by_type, dict(images))
