"""The weights that a system gives the images of each post, and whether annotators agree with them.

Only `tpm-mi-gated` gives weights. That an image weighs more says that the words see more of it, not
that it is right; `agreement_with_evidence` holds it against the images that annotators named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...schema import Record
from ..networks.tagger import BuiltSystem
from .tag import outputs


def image_weights(built: BuiltSystem, records: Sequence[Record]) -> list[list[float]]:
    """For each record a weight, 0 to 1, of each of its images, in order.

    0: an image that is masked, or beyond those that the system takes. Empty lists for a system that
    weighs no images.
    """
    found: list[list[float]] = [[] for _ in records]
    for places, _, output in outputs(built, records):
        if output.image_weights is None:
            break
        for place, weights in zip(places, output.image_weights.tolist(), strict=True):
            named = len(records[place].images)
            found[place] = (weights + [0.0] * named)[:named]
    return found


@dataclass(frozen=True, slots=True)
class EvidenceAgreement:
    """Pairs of images of one post, one named by annotators and one not. ties count half.

    posts: with at least one pair. pairs: in all. won: in which the named image weighs more.
    """

    posts: int
    pairs: int
    won: float

    @property
    def share(self) -> float | None:
        """From 0 to 1; 0.5 is chance. None without pairs. It is the area under the ROC curve, by post."""
        return self.won / self.pairs if self.pairs else None


def agreement_with_evidence(
    records: Sequence[Record], weights: Sequence[Sequence[float]]
) -> EvidenceAgreement:
    """Over the records with evidence; their images are named if they told the type of any entity."""
    posts, pairs, won = 0, 0, 0.0
    for record, row in zip(records, weights, strict=True):
        if record.evidence is None or not row:
            continue
        told = {position for positions in record.evidence for position in positions}
        named = [weight for position, weight in enumerate(row) if position in told]
        others = [weight for position, weight in enumerate(row) if position not in told]
        posts += bool(named and others)
        pairs += len(named) * len(others)
        won += sum((left > right) + (left == right) / 2 for left in named for right in others)
    return EvidenceAgreement(posts, pairs, won)
