"""Count a corpus: fates that sum to the lines, months, languages, images, and posts that were paid for.

The only thing it changes is the count of posts that were asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from ..post import OLDEST_DATED_ID, SNOWFLAKE_EPOCH_MS, Fate
from .database import Database
from .ledger import HAS_LINE, InputLine

ASKED_TABLES: Final = """
CREATE TABLE asked (
    source TEXT, dollars_a_post REAL, posts INTEGER NOT NULL, PRIMARY KEY (source, dollars_a_post)
) WITHOUT ROWID;
"""

# Each line with the post that its id resolves to (meant), and its rank among the lines of that post (nth).
_LINES: Final = """
    SELECT source, number, text, meant,
        CASE WHEN meant IS NULL THEN 'refused' WHEN nth > 1 THEN 'duplicate' ELSE m.fate END AS fate,
        CASE WHEN meant IS NULL THEN line_reason WHEN nth > 1 THEN 'post ' || meant || ' again'
        ELSE m.reason END AS reason
    FROM (
        SELECT l.source, l.number, l.text, l.reason AS line_reason,
            coalesce(g.same_as, l.post_id) AS meant,
            row_number() OVER (
                PARTITION BY coalesce(g.same_as, l.post_id) ORDER BY l.source, l.number
            ) AS nth
        FROM lines AS l LEFT JOIN ledger AS g ON g.post_id = l.post_id
    ) AS n LEFT JOIN ledger AS m ON m.post_id = meant
"""
_MONTH: Final = f"""CASE WHEN CAST(post_id AS INTEGER) < {OLDEST_DATED_ID} THEN '' ELSE strftime(
    '%Y-%m', ((CAST(post_id AS INTEGER) >> 22) + {SNOWFLAKE_EPOCH_MS}) / 1000, 'unixepoch') END"""


class Shape(NamedTuple):
    """A number of kept posts with the same language and number of images.

    Attributes:
        lang: language code, None if not known.
        images: number of images.
        posts: number of posts.
    """

    lang: str | None
    images: int
    posts: int


class Asked(NamedTuple):
    """A number of posts that a paid source was asked for.

    Attributes:
        source: name of the source.
        dollars_a_post: price of each post.
        posts: number of posts.
    """

    source: str
    dollars_a_post: float
    posts: int


class CountQueries(Database):
    """The queries that count an open corpus."""

    def line_fates(self) -> dict[Fate, int]:
        """Return how many input lines have each fate. Later lines of the same post are duplicates."""
        rows = self._db.execute(f"SELECT fate, count(*) FROM ledger WHERE {HAS_LINE} GROUP BY fate")
        fates: dict[Fate, int] = dict(rows.fetchall())
        lines, named = self._db.execute("SELECT count(*), count(post_id) FROM lines").fetchone()
        others: dict[Fate, int] = {
            "duplicate": named - sum(fates.values()),
            "refused": lines - named,
        }
        for fate, count in others.items():
            if count:
                fates[fate] = fates.get(fate, 0) + count
        return fates

    def lines_with_fate(self, fate: Fate) -> Iterator[InputLine]:
        """Yield the input lines with this fate, each with the reason for it."""
        rows = self._db.execute(
            f"SELECT source, number, text, meant, reason FROM ({_LINES}) WHERE fate = ?"
            " ORDER BY source, number",
            (fate,),
        )
        for row in rows:
            yield InputLine(*row)

    def months(self) -> dict[str, tuple[int, int]]:
        """Return (posts, kept posts) by the month in their ids, such as `2024-05`; '' for ids without a date.

        An id that resolves to another post is not counted.
        """
        rows = self._db.execute(
            f"SELECT {_MONTH} AS month, count(*), count(*) FILTER (WHERE fate = 'kept') FROM ledger"
            " WHERE same_as IS NULL GROUP BY month ORDER BY month"
        )
        return {month: (posts, kept) for month, posts, kept in rows}

    def kept_shapes(self) -> list[Shape]:
        """Return the kept posts by language and number of images."""
        rows = self._db.execute(
            "SELECT lang, images, count(*) FROM posts JOIN ledger ON id = post_id"
            " WHERE fate = 'kept' GROUP BY lang, images"
        )
        return [Shape(*row) for row in rows]

    def count_asked(self, source: str, dollars_a_post: float, posts: int) -> None:
        """Add to the number of posts that a source was asked for; negative to take back unanswered ones."""
        self._db.execute(
            "INSERT INTO asked VALUES (?, ?, ?)"
            " ON CONFLICT DO UPDATE SET posts = posts + excluded.posts",
            (source, dollars_a_post, posts),
        )

    def asked(self) -> list[Asked]:
        """Return the numbers of posts that paid sources were asked for."""
        rows = self._db.execute("SELECT source, dollars_a_post, posts FROM asked WHERE posts > 0")
        return [Asked(*row) for row in rows]
