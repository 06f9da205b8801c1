"""How often gold contradicts a system where it is surest: the sign of labels that are wrong at random.

Errors of a system that learned from right labels are where it is unsure. Labels that are wrong at random
contradict it everywhere alike, also where it is surest. This is the idea of confident learning (Northcutt,
Jiang and Chuang, JAIR 2021), for entities and without any training of its own: dev and test were not
trained on, so the probabilities of their predicted entities are out of sample.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ...schema import Record, Split
from .scored_span import ScoredSpan

SHARE: Final = 0.25
"""Share of the predicted entities, by their probability."""


@dataclass(frozen=True, slots=True)
class Surest:
    """The predicted entities of dev and test that each training is surest of.

    Attributes:
        entities: how many they are, over all seeds.
        contradicted: how many of them are not in gold.
        confidence: their mean probability, 0 to 1; 0 if there are none.
        seeds: number of trainings.
    """

    entities: int
    contradicted: int
    confidence: float
    seeds: int


def surest(
    splits: Mapping[Split, Sequence[Record]],
    predicted: Mapping[Split, Sequence[Sequence[Sequence[ScoredSpan]]]],
) -> Surest:
    """Return the surest `SHARE` of the predicted entities of dev and test, of each seed by itself.

    Args:
        splits: records with gold entities, by split.
        predicted: for each split and seed, the predicted entities of each record.
    """
    seeds = len(predicted["test"])
    chosen: list[tuple[float, bool]] = []
    for seed in range(seeds):
        found = [
            (one.score, one.span in record.spans)
            for split in ("dev", "test")
            for record, row in zip(splits[split], predicted[split][seed], strict=True)
            for one in row
        ]
        found.sort(key=lambda pair: -pair[0])  # not by what is right
        chosen += found[: round(SHARE * len(found))]
    return Surest(
        entities=len(chosen),
        contradicted=sum(not is_right for _, is_right in chosen),
        confidence=sum(score for score, _ in chosen) / len(chosen) if chosen else 0.0,
        seeds=seeds,
    )
