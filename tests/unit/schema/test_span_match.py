"""Exact match: examples worked by hand, and equality with seqeval's strict mode on random tags."""

from __future__ import annotations

from random import Random

import pytest
from seqeval.metrics.v1 import precision_recall_fscore_support
from seqeval.scheme import IOB2

from mnerctl.schema import LABELS, TYPES, Counts, Span, count_matches, score_spans, spans_from_tags

PAIRS = 4_000
PAIRS_AT_ONCE = 10


def random_tags(length: int, random: Random) -> list[str]:
    """Return random tags that ignore the BIO rules, so many of them are orphans."""
    return random.choices(LABELS, weights=(4, *[1] * 8), k=length)


def changed(tags: list[str], random: Random) -> list[str]:
    return [random.choice(LABELS) if random.random() < 0.3 else tag for tag in tags]


def test_f1_equals_strict_seqeval_on_4_000_random_pairs() -> None:
    random = Random(2024)
    compared = 0
    for _ in range(PAIRS // PAIRS_AT_ONCE):
        gold = [random_tags(random.randrange(1, 25), random) for _ in range(PAIRS_AT_ONCE)]
        predicted = [changed(tags, random) for tags in gold]
        ours = score_spans(
            [spans_from_tags(tags) for tags in gold], [spans_from_tags(tags) for tags in predicted]
        )
        micro = precision_recall_fscore_support(
            gold, predicted, average="micro", scheme=IOB2, zero_division=0
        )
        assert (ours.micro.precision, ours.micro.recall, ours.micro.f1) == pytest.approx(micro[:3])
        by_type = precision_recall_fscore_support(
            gold, predicted, average=None, scheme=IOB2, zero_division=0
        )
        names = sorted({tag[2:] for tags in gold + predicted for tag in tags if tag != "O"})
        for name, *theirs in zip(names, *by_type, strict=True):
            counts = ours.by_type[name]  # type: ignore[index]
            assert [counts.precision, counts.recall, counts.f1, counts.gold] == pytest.approx(
                theirs
            )
        compared += PAIRS_AT_ONCE
    assert compared == PAIRS


@pytest.mark.parametrize(
    ("counts", "precision", "recall", "f1"),
    [
        (Counts(0, 0, 0), 0, 0, 0),
        (Counts(4, 0, 0), 0, 0, 0),
        (Counts(0, 4, 0), 0, 0, 0),
        (Counts(4, 2, 1), 1 / 2, 1 / 4, 1 / 3),
        (Counts(2, 2, 2), 1, 1, 1),
    ],
)
def test_ratios(counts: Counts, precision: float, recall: float, f1: float) -> None:
    assert (counts.precision, counts.recall, counts.f1) == pytest.approx((precision, recall, f1))


def test_a_match_has_the_same_start_end_and_type() -> None:
    gold = [Span(0, 2, "PER"), Span(3, 4, "LOC"), Span(5, 6, "ORG")]
    predicted = [Span(0, 2, "PER"), Span(3, 4, "ORG"), Span(5, 7, "ORG"), Span(8, 9, "MISC")]
    assert count_matches(gold, predicted) == Counts(gold=3, predicted=4, correct=1)


def test_spans_of_different_texts_do_not_match() -> None:
    span = Span(0, 1, "PER")
    score = score_spans([[span], []], [[], [span]])
    assert score.micro == Counts(1, 1, 0)
    assert score.by_type == {t: Counts(t == "PER", t == "PER", 0) for t in TYPES}


def test_different_numbers_of_texts_are_an_error() -> None:
    with pytest.raises(ValueError):
        score_spans([[]], [[], []])
