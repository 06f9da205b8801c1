"""What a language model found in a release: entities as from a trained system, and the fate of each answer.

An invented entity has no place among the tokens, so it is in no prediction, but every score counts it as
predicted and wrong. A post without a readable answer has no entities, so its gold entities count as missed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict

from ...schema import Counts, EntityType, Problem, Record, Score, Split, count_matches, score_spans
from ..tagging.scored_span import ScoredSpan
from .align import Aligned, align
from .reply import ParsedReply, Reply, parse_reply


class AnswerCounts(BaseModel):
    """The fates of posts and of entities in one split.

    Attributes:
        posts: answered + refused + cut + broken + rejected.
        answered: posts with a readable answer.
        refused: posts that the model or a filter refused.
        cut: posts whose answer was not finished.
        broken: posts whose answer does not have the requested format.
        rejected: posts whose request the endpoint did not accept.
        fenced: answered posts whose answer was in a code fence.
        entities: placed + invented + surplus + repeated + unknown_type.
        placed: entities with a place in the post.
        invented: entities that are not in the post.
        surplus: entities all of whose places were taken.
        repeated: surplus entities of the same type as one with a place.
        unknown_type: entities of a type that was not asked for.
    """

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
class RecordResult:
    """One post with its answer, the answer's content, and the places of its entities."""

    record: Record
    reply: Reply
    parsed: ParsedReply
    aligned: Aligned

    @classmethod
    def of(cls, record: Record, reply: Reply) -> RecordResult:
        parsed = parse_reply(reply)
        return cls(record, reply, parsed, align(record, parsed.entities))

    @property
    def wrong(self) -> list[EntityType]:
        """The types of the entities that count as predicted although they have no place."""
        return [kind for one in self.aligned.unplaced if (kind := one.wrong_type)]


@dataclass(frozen=True, slots=True)
class AskResults:
    """The results of a run.

    Attributes:
        rows: for each split, one result per record, in order.
        requests: requests that this run made and got answered; the other answers come from the cache.
        pictures_named: different pictures that the system looks at.
        problems: pictures that were left out.
    """

    rows: dict[Split, list[RecordResult]]
    requests: int = 0
    pictures_named: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def predictions(self) -> dict[Split, list[list[ScoredSpan]]]:
        """Predictions as from a trained system; the model gives no probabilities, so each is 1."""
        return {
            split: [[ScoredSpan(span, 1.0) for span in row.aligned.spans] for row in rows]
            for split, rows in self.rows.items()
        }

    def matches(self, split: Split) -> list[Counts]:
        """Return, for each record, entities in gold, predicted (with invented ones) and in both."""
        return [
            count_matches(row.record.spans, row.aligned.spans) + Counts(0, len(row.wrong), 0)
            for row in self.rows[split]
        ]

    def score(self, split: Split) -> Score:
        """Return strict counts, with invented entities among the predicted ones."""
        rows = self.rows[split]
        placed = score_spans([r.record.spans for r in rows], [r.aligned.spans for r in rows])
        wrong = Counter(kind for row in rows for kind in row.wrong)
        by_type = {
            kind: counts + Counts(0, wrong[kind], 0) for kind, counts in placed.by_type.items()
        }
        return Score(placed.micro + Counts(0, wrong.total(), 0), by_type)

    def answer_counts(self, split: Split) -> AnswerCounts:
        """Count the fates of the posts, and of the entities in the answers."""
        rows = self.rows[split]
        verdicts = Counter(row.parsed.verdict for row in rows)
        why = Counter(one.why for row in rows for one in row.aligned.unplaced)
        return AnswerCounts(
            posts=len(rows),
            answered=verdicts["answered"],
            refused=verdicts["refused"],
            cut=verdicts["cut"],
            broken=verdicts["broken"],
            rejected=verdicts["rejected"],
            fenced=sum(row.parsed.verdict == "answered" and row.parsed.is_fenced for row in rows),
            entities=sum(len(row.parsed.entities) for row in rows),
            placed=sum(len(row.aligned.spans) for row in rows),
            invented=why["invented"],
            surplus=why["surplus"],
            repeated=why["repeated"],
            unknown_type=why["unknown type"],
        )

    def replies(self) -> Sequence[Reply]:
        """Return the answers of all splits."""
        return [row.reply for rows in self.rows.values() for row in rows]
