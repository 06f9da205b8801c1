"""How a corpus stands, as a document for programs and as a few rows that fit a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ...schema import Corpus, Fate
    from ...schema.corpus.counts import Asked

MOST_SHOWN: Final = 12
NOT_KNOWN: Final = "und"  # as X and BCP 47 have it


@dataclass(frozen=True, slots=True)
class Standing:
    """Counts. months: (posts, kept ones); '' for ids that are older than the scheme of dates.

    images, languages: of kept posts. asked: of sources that take money. tombstones: by fate.
    """

    fates: dict[Fate, int]
    months: dict[str, tuple[int, int]]
    images: dict[int, int]
    languages: dict[str, int]
    asked: list[Asked]
    tombstones: dict[Fate, int]

    @property
    def dollars(self) -> float:
        """What all that was asked has cost, to a tenth of a cent."""
        return round(sum(row.posts * row.dollars_a_post for row in self.asked), 3)


def standing(corpus: Corpus) -> Standing:
    """The counts of an open corpus."""
    images: Counter[int] = Counter()
    languages: Counter[str] = Counter()
    for shape in corpus.kept_shapes():
        images[shape.images] += shape.posts
        languages[shape.lang or NOT_KNOWN] += shape.posts
    return Standing(
        fates=corpus.line_fates(),
        months=corpus.months(),
        images=dict(sorted(images.items())),
        languages=dict(languages.most_common()),
        asked=corpus.asked(),
        tombstones=dict(Counter(stone.fate for stone in corpus.tombstones()).most_common()),
    )


def as_document(now: Standing) -> dict[str, object]:
    """For `--json`."""
    months = {month or "undated": row for month, row in now.months.items()}
    return {
        "lines": sum(now.fates.values()),
        "fates": now.fates,
        "kept": {
            "images": {str(number): posts for number, posts in now.images.items()},
            "languages": now.languages,
            "months": {month: kept for month, (_, kept) in months.items() if kept},
        },
        "months": {month: posts for month, (posts, _) in months.items()},
        "asked": [row._asdict() for row in now.asked],
        "dollars": now.dollars,
        "tombstones": now.tombstones,
    }


def as_rows(now: Standing) -> list[tuple[str, str]]:
    """(what, counts) of what there is; where there are many months, years."""
    periods = _periods(now.months)
    kept = {period: count for period, (_, count) in periods.items() if count}
    asked = [f"{row.posts:,} posts of {row.source}" for row in now.asked]
    rows = {
        "kept, by images": _listed(now.images),
        "kept, by language": _listed(now.languages),
        "kept, by time": _listed(kept),
        "posts, by time": _listed({period: count for period, (count, _) in periods.items()}),
        "paid for": ", ".join([*asked, f"${now.dollars:,.2f}"] if asked else []),
        "tombstones": _listed(now.tombstones),
    }
    return [(what, counts) for what, counts in rows.items() if counts]


def _periods(months: Mapping[str, tuple[int, int]]) -> dict[str, tuple[int, int]]:
    length = len("2024-05") if len(months) <= MOST_SHOWN else len("2024")
    periods: dict[str, tuple[int, int]] = {}
    for month, (posts, kept) in months.items():
        period = month[:length] or "undated"
        before = periods.get(period, (0, 0))
        periods[period] = before[0] + posts, before[1] + kept
    return periods


def _listed(counts: Mapping[str, int] | Mapping[int, int] | Mapping[Fate, int]) -> str:
    """`en=310 de=20 3 others=5`: the first of them, and the rest as one."""
    rows = list(counts.items())
    most = MOST_SHOWN if len(rows) > 2 * MOST_SHOWN else 2 * MOST_SHOWN
    shown = [f"{name}={count:,}" for name, count in rows[:most]]
    if rest := rows[most:]:
        shown.append(f"{len(rest)} others={sum(count for _, count in rest):,}")
    return " ".join(shown)
