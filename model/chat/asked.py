"""What a language model found in a release: entities as of a trained system, and what became of each answer.

An invented entity has no place among the tokens, so it is in no prediction; it counts in every score as one
that was predicted and is wrong. A post without an answer that can be read has no entities: those of gold
count as missed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict

from ...schema import Counts, EntityType, Problem, Record, Score, Split, count_matches, score_spans
from ..tagging.scored_span import ScoredSpan
from .align import Aligned, align
from .reply import Reading, Reply, read


class Tally(BaseModel):
    """Of one split. posts = answered + refused + cut + broken + rejected, and entities = placed + invented +
    surplus + repeated + unknown_type. fenced: of the answers that were read, in a code fence."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    posts: int
    answered: int
    refused: int
    cut: int
    broken: int
    rejected: int
    fenced: int
    entities: int
    placed: int
    invented: int
    surplus: int
    repeated: int
    unknown_type: int


@dataclass(frozen=True, slots=True)
class AskedRecord:
    """One post, what was answered and what it says."""

    record: Record
    reply: Reply
    reading: Reading
    aligned: Aligned

    @classmethod
    def of(cls, record: Record, reply: Reply) -> AskedRecord:
        reading = read(reply)
        return cls(record, reply, reading, align(record, reading.entities))

    @property
    def wrong(self) -> list[EntityType]:
        """The types of entities that count as predicted and have no place."""
        return [kind for one in self.aligned.unplaced if (kind := one.wrong_type)]


@dataclass(frozen=True, slots=True)
class Asked:
    """rows: of each split that was asked about, in the order of its records. requests: that this run made
    and got an answer to; the other answers were in the cache. problems: pictures that were left out."""

    rows: dict[Split, list[AskedRecord]]
    requests: int = 0
    pictures_named: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def predictions(self) -> dict[Split, list[list[ScoredSpan]]]:
        """As of a trained system; the model gives no probabilities, so each is 1."""
        return {
            split: [[ScoredSpan(span, 1.0) for span in row.aligned.spans] for row in rows]
            for split, rows in self.rows.items()
        }

    def matches(self, split: Split) -> list[Counts]:
        """Of each record entities in gold, predicted (invented ones too), and in both."""
        return [
            count_matches(row.record.spans, row.aligned.spans) + Counts(0, len(row.wrong), 0)
            for row in self.rows[split]
        ]

    def score(self, split: Split) -> Score:
        """Strict counts, invented entities among the predicted ones."""
        rows = self.rows[split]
        placed = score_spans([r.record.spans for r in rows], [r.aligned.spans for r in rows])
        wrong = Counter(kind for row in rows for kind in row.wrong)
        by_type = {
            kind: counts + Counts(0, wrong[kind], 0) for kind, counts in placed.by_type.items()
        }
        return Score(placed.micro + Counts(0, wrong.total(), 0), by_type)

    def tally(self, split: Split) -> Tally:
        """What became of the posts, and of the entities in the answers."""
        rows = self.rows[split]
        verdicts = Counter(row.reading.verdict for row in rows)
        why = Counter(one.why for row in rows for one in row.aligned.unplaced)
        return Tally(
            posts=len(rows),
            answered=verdicts["answered"],
            refused=verdicts["refused"],
            cut=verdicts["cut"],
            broken=verdicts["broken"],
            rejected=verdicts["rejected"],
            fenced=_count(
                row.reading.verdict == "answered" and row.reading.is_fenced for row in rows
            ),
            entities=sum(len(row.reading.entities) for row in rows),
            placed=sum(len(row.aligned.spans) for row in rows),
            invented=why["invented"],
            surplus=why["surplus"],
            repeated=why["repeated"],
            unknown_type=why["unknown type"],
        )

    def replies(self) -> Sequence[Reply]:
        """Of all splits."""
        return [row.reply for rows in self.rows.values() for row in rows]


def _count(claims: Iterable[bool]) -> int:
    return sum(claims)
