"""The weights that a system gives to the images of a post, and how well they agree with annotators.

Only `tpm-mi-gated` gives weights. A larger weight means that the words use an image more, not that the image
is the right one; `agreement_with_evidence` compares the weights with the images that annotators named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...schema import Record
from ..networks.tagger import BuiltSystem
from .tag import outputs


def image_weights(built: BuiltSystem, records: Sequence[Record]) -> list[list[float]]:
    """Return, for each record, a weight from 0 to 1 for each of its images, in order.

    The weight is 0 for an image that is masked or beyond the number that the system reads. The lists are
    empty for a system that gives no weights.
    """
    rows: list[list[float]] = [[] for _ in records]
    for places, _, output in outputs(built, records):
        if output.image_weights is None:
            break
        for place, weights in zip(places, output.image_weights.tolist(), strict=True):
            named = len(records[place].images)
            rows[place] = (weights + [0.0] * named)[:named]
    return rows


@dataclass(frozen=True, slots=True)
class EvidenceAgreement:
    """Counts over pairs of images of one post, of which annotators named one as evidence.

    Attributes:
        posts: posts with at least one such pair.
        pairs: all pairs.
        won: pairs in which the named image has the larger weight; a tie counts half.
    """

    posts: int
    pairs: int
    won: float

    @property
    def share(self) -> float | None:
        """The share of pairs won, 0 to 1, or None without pairs; 0.5 is chance.

        This is the area under the ROC curve, computed within posts.
        """
        return self.won / self.pairs if self.pairs else None


def agreement_with_evidence(
    records: Sequence[Record], weights: Sequence[Sequence[float]]
) -> EvidenceAgreement:
    """Compare weights with evidence; an image is named if annotators gave it for any entity of its post."""
    posts, pairs, won = 0, 0, 0.0
    for record, row in zip(records, weights, strict=True):
        if record.evidence is None or not row:
            continue
        evidence = {position for positions in record.evidence for position in positions}
        named = [weight for position, weight in enumerate(row) if position in evidence]
        others = [weight for position, weight in enumerate(row) if position not in evidence]
        posts += bool(named and others)
        pairs += len(named) * len(others)
        won += sum((left > right) + (left == right) / 2 for left in named for right in others)
    return EvidenceAgreement(posts, pairs, won)
