"""Count a corpus, and show the counts as a JSON document or as a few rows that fit a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ...schema import Corpus, Fate
    from ...schema.corpus.counts import Asked

MAX_SHOWN: Final = 12
NOT_KNOWN: Final = "und"  # the code for this in X and BCP 47


@dataclass(frozen=True, slots=True)
class CorpusCounts:
    """The counts of a corpus.

    fates: input lines by fate.
    months: (posts, kept posts) by month; '' for ids from before ids contained a date.
    images: kept posts by number of images.
    languages: kept posts by language.
    asked: posts that paid sources were asked for.
    tombstones: removed posts by fate.
    """

    fates: dict[Fate, int]
    months: dict[str, tuple[int, int]]
    images: dict[int, int]
    languages: dict[str, int]
    asked: list[Asked]
    tombstones: dict[Fate, int]

    @property
    def dollars(self) -> float:
        """What the posts that sources were asked for have cost, rounded to a tenth of a cent."""
        return round(sum(row.posts * row.dollars_a_post for row in self.asked), 3)


def count_corpus(corpus: Corpus) -> CorpusCounts:
    """Return the counts of an open corpus."""
    images: Counter[int] = Counter()
    languages: Counter[str] = Counter()
    for shape in corpus.kept_shapes():
        images[shape.images] += shape.posts
        languages[shape.lang or NOT_KNOWN] += shape.posts
    return CorpusCounts(
        fates=corpus.line_fates(),
        months=corpus.months(),
        images=dict(sorted(images.items())),
        languages=dict(languages.most_common()),
        asked=corpus.asked(),
        tombstones=dict(Counter(stone.fate for stone in corpus.tombstones()).most_common()),
    )


def as_document(counts: CorpusCounts) -> dict[str, object]:
    """Return the JSON document of `--json`."""
    months = {month or "undated": row for month, row in counts.months.items()}
    return {
        "lines": sum(counts.fates.values()),
        "fates": counts.fates,
        "kept": {
            "images": {str(number): posts for number, posts in counts.images.items()},
            "languages": counts.languages,
            "months": {month: kept for month, (_, kept) in months.items() if kept},
        },
        "months": {month: posts for month, (posts, _) in months.items()},
        "asked": [row._asdict() for row in counts.asked],
        "dollars": counts.dollars,
        "tombstones": counts.tombstones,
    }


def as_rows(counts: CorpusCounts) -> list[tuple[str, str]]:
    """Return (what, counts) rows without the empty ones; many months are summed to years."""
    periods = _periods(counts.months)
    kept = {period: count for period, (_, count) in periods.items() if count}
    asked = [f"{row.posts:,} posts of {row.source}" for row in counts.asked]
    rows = {
        "kept, by images": _listed(counts.images),
        "kept, by language": _listed(counts.languages),
        "kept, by time": _listed(kept),
        "posts, by time": _listed({period: count for period, (count, _) in periods.items()}),
        "paid for": ", ".join([*asked, f"${counts.dollars:,.2f}"] if asked else []),
        "tombstones": _listed(counts.tombstones),
    }
    return [(what, shown) for what, shown in rows.items() if shown]


def _periods(months: Mapping[str, tuple[int, int]]) -> dict[str, tuple[int, int]]:
    length = len("2024-05") if len(months) <= MAX_SHOWN else len("2024")
    periods: dict[str, tuple[int, int]] = {}
    for month, (posts, kept) in months.items():
        period = month[:length] or "undated"
        before = periods.get(period, (0, 0))
        periods[period] = before[0] + posts, before[1] + kept
    return periods


def _listed(counts: Mapping[str, int] | Mapping[int, int] | Mapping[Fate, int]) -> str:
    """Return `en=310 de=20 3 others=5`: the first counts, and the sum of the rest."""
    rows = list(counts.items())
    most = MAX_SHOWN if len(rows) > 2 * MAX_SHOWN else 2 * MAX_SHOWN
    shown = [f"{name}={count:,}" for name, count in rows[:most]]
    if rest := rows[most:]:
        shown.append(f"{len(rest)} others={sum(count for _, count in rest):,}")
    return " ".join(shown)
