"""Probabilities of spans against an enumeration of all paths."""

from __future__ import annotations

from itertools import product

import pytest

torch = pytest.importorskip("torch", reason="needs mnerctl[train]")

from mnerctl.model.networks.crf import Crf  # noqa: E402
from mnerctl.model.networks.softmax import Softmax  # noqa: E402
from mnerctl.model.tagging.span_probability import NoEntity, span_probabilities  # noqa: E402
from mnerctl.schema import LABELS, Span, spans_from_tags  # noqa: E402

WORDS = 4


EDGES = [(i, j) for i in range(WORDS) for j in range(i + 1, WORDS + 1)]


def every_span() -> list[Span]:
    return [Span(*edge, kind) for edge in EDGES for kind in ("PER", "MISC")]


@pytest.mark.parametrize("kind", [Crf, Softmax])
def test_the_probability_is_the_share_of_the_paths_with_the_span(kind: type) -> None:
    torch.manual_seed(3)
    decoder = kind()
    emissions = torch.randn(WORDS, len(LABELS), dtype=torch.float64)
    start, transitions, end = decoder.chain_scores(emissions.unsqueeze(0))
    paths = torch.tensor(list(product(range(len(LABELS)), repeat=WORDS)))  # (6561, words)
    scores = start[paths[:, 0]] + end[paths[:, -1]]
    for word in range(WORDS):
        scores = scores + emissions[word, paths[:, word]]
        if word:
            scores = scores + transitions[paths[:, word - 1], paths[:, word]]
    shares = scores.softmax(0)
    found: dict[Span | NoEntity, float] = {span: 0.0 for span in every_span()}
    found |= {NoEntity(*edge): 0.0 for edge in EDGES}
    for share, path in zip(shares.tolist(), paths.tolist(), strict=True):
        for start_word, end_word in EDGES:
            if not any(path[start_word:end_word]):  # 0 is O
                found[NoEntity(start_word, end_word)] += share
        for span in spans_from_tags([LABELS[number] for number in path]):
            if span in found:
                found[span] += share
    batch = torch.randn(3, WORDS + 2, len(LABELS), dtype=torch.float64)  # other, longer texts
    batch[1, :WORDS] = emissions
    _, row, _ = span_probabilities(decoder, batch, [WORDS + 2, WORDS, 1], [[], found, []])
    assert row == pytest.approx(list(found.values()), abs=1e-9)


def test_a_span_beyond_the_words_and_no_words() -> None:
    crf = Crf()
    emissions = torch.zeros(3, 2, len(LABELS))
    beyond, nothing, unasked = [Span(1, 3, "PER")], [Span(0, 1, "PER")], []
    asked = [beyond, nothing, unasked]
    assert span_probabilities(crf, emissions, [2, 0, 2], asked) == [[0.0], [0.0], []]
    assert span_probabilities(crf, emissions[1:2], [0], [nothing]) == [[0.0]]
