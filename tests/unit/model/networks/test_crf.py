"""The CRF against two oracles: a sum over every path, and pytorch-crf without the BIO constraints."""

from __future__ import annotations

from itertools import pairwise, product

import pytest

torch = pytest.importorskip("torch", reason="needs mnerctl[train]")

from hypothesis import given  # noqa: E402
from hypothesis import strategies as st  # noqa: E402

from mnerctl.model.networks.crf import Crf, may_follow  # noqa: E402
from mnerctl.schema.labels import LABELS  # noqa: E402
from mnerctl.schema.tags import orphans  # noqa: E402

FEW = ("O", "B-PER", "I-PER", "B-LOC", "I-LOC")


def scores(words: int, *, batch: int = 1, labels: int = len(LABELS), seed: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return 3 * torch.randn(batch, words, labels, generator=generator, dtype=torch.float64)


def made_crf(labels: tuple[str, ...] = LABELS, *, seed: int = 0) -> Crf:
    torch.manual_seed(seed)
    crf = Crf(labels).double()
    for parameter in crf.parameters():
        torch.nn.init.normal_(parameter)
    return crf


def path_score(crf: Crf, emissions: torch.Tensor, path: tuple[int, ...]) -> torch.Tensor:
    """Return the score of one path, step by step; emissions: (words, n)."""
    total = crf.start[path[0]] + crf.end[path[-1]]
    total = total + sum(emissions[t, tag] for t, tag in enumerate(path))
    return total + sum(crf.transitions[a, b] for a, b in pairwise(path))


def bio_paths(labels: tuple[str, ...], words: int) -> list[tuple[int, ...]]:
    return [
        path
        for path in product(range(len(labels)), repeat=words)
        if not orphans([labels[tag] for tag in path])
    ]


@pytest.mark.parametrize("words", [1, 2, 3, 5])
def test_it_equals_a_sum_over_every_path(words: int) -> None:
    crf, emissions = made_crf(FEW, seed=words), scores(words, labels=len(FEW), seed=words)
    paths = bio_paths(FEW, words)
    each = torch.stack([path_score(crf, emissions[0], path) for path in paths])
    mask = torch.ones(1, words, dtype=torch.bool)
    for index in range(0, len(paths), 7):
        tags = torch.tensor([paths[index]])
        loss = crf.negative_log_likelihood(emissions, tags, mask=mask)
        assert loss.item() == pytest.approx((each.logsumexp(0) - each[index]).item(), abs=1e-10)
    assert crf.decode(emissions, mask) == [list(paths[int(each.argmax())])]


def test_without_constraints_it_equals_pytorch_crf() -> None:
    oracle_module = pytest.importorskip(
        "torchcrf", reason="the oracle pytorch-crf is not installed"
    )
    crf = made_crf()
    crf.forbidden.zero_()
    crf.forbidden_start.zero_()
    oracle = oracle_module.CRF(len(LABELS), batch_first=True).double()
    with torch.no_grad():
        oracle.transitions.copy_(crf.transitions)
        oracle.start_transitions.copy_(crf.start)
        oracle.end_transitions.copy_(crf.end)
    emissions = scores(17, batch=8)
    tags = torch.randint(len(LABELS), (8, 17))
    mask = torch.arange(17) < torch.tensor([17, 1, 2, 9, 16, 5, 17, 3]).unsqueeze(1)
    loss = crf.negative_log_likelihood(emissions, tags, mask=mask)
    wanted = -oracle(emissions, tags, mask=mask, reduction="none")
    assert torch.allclose(loss, wanted, atol=1e-10)
    assert crf.decode(emissions, mask) == oracle.decode(emissions, mask=mask)


@given(
    seed=st.integers(0, 10**6), words=st.integers(1, 12), scale=st.sampled_from([0.1, 1.0, 50.0])
)
def test_every_decoded_path_is_valid_bio(seed: int, words: int, scale: float) -> None:
    crf = made_crf(seed=seed).float()
    emissions = (scale * scores(words, batch=4, seed=seed)).float()
    mask = torch.rand(4, words, generator=torch.Generator().manual_seed(seed)) < 0.8
    paths = crf.decode(emissions, mask)
    assert [len(path) for path in paths] == mask.sum(1).tolist()
    assert all(orphans([LABELS[tag] for tag in path]) == [] for path in paths)


def test_words_around_a_gap_in_the_mask_become_neighbours() -> None:
    crf, emissions = made_crf(), scores(6, batch=2)
    mask = torch.tensor([[0, 1, 1, 0, 0, 1], [1, 0, 1, 1, 0, 0]], dtype=torch.bool)
    tags = torch.tensor([[0, 1, 2, 0, 0, 2], [3, 0, 4, 4, 0, 0]])
    loss = crf.negative_log_likelihood(emissions, tags, mask=mask)
    paths = crf.decode(emissions, mask)
    for row in range(2):
        kept = mask[row]
        words = torch.ones(1, int(kept.sum()), dtype=torch.bool)
        alone, gold = emissions[row, kept].unsqueeze(0), tags[row, kept].unsqueeze(0)
        wanted = crf.negative_log_likelihood(alone, gold, mask=words)
        assert loss[row].item() == pytest.approx(wanted.item(), abs=1e-12)
        assert paths[row] == crf.decode(alone, words)[0]


def test_values_outside_the_mask_are_not_read() -> None:
    crf, emissions = made_crf(), scores(5, batch=2)
    mask = torch.tensor([[1, 1, 1, 0, 0], [1, 1, 1, 1, 1]], dtype=torch.bool)
    tags = torch.tensor([[1, 2, 0, -100, -100], [0, 1, 2, 2, 0]])
    spoilt = emissions.clone()
    spoilt[0, 3:] = float("nan")
    spoilt.requires_grad_()
    loss = crf.negative_log_likelihood(spoilt, tags, mask=mask)
    assert torch.equal(loss, crf.negative_log_likelihood(emissions, tags, mask=mask))
    loss.sum().backward()
    assert spoilt.grad is not None
    assert torch.isfinite(spoilt.grad).all()
    assert (spoilt.grad[0, 3:] == 0).all()


def test_a_row_without_words_has_loss_0_and_an_empty_path() -> None:
    crf = made_crf()
    emissions = scores(4, batch=2).requires_grad_()
    mask = torch.tensor([[0, 0, 0, 0], [1, 1, 0, 0]], dtype=torch.bool)
    loss = crf.negative_log_likelihood(emissions, torch.full((2, 4), -100), mask=mask & False)
    assert loss.tolist() == [0.0, 0.0]
    loss = crf.negative_log_likelihood(emissions, torch.zeros(2, 4, dtype=torch.long), mask=mask)
    assert loss[0].item() == 0.0
    loss.sum().backward()
    assert emissions.grad is not None
    assert (emissions.grad[0] == 0).all()
    assert [len(path) for path in crf.decode(emissions, mask)] == [0, 2]


def test_gradients_are_finite_and_correct() -> None:
    crf = made_crf(FEW)
    emissions = scores(4, batch=2, labels=len(FEW)).requires_grad_()
    tags = torch.tensor([[1, 2, 0, 3], [0, 3, 4, 0]])
    mask = torch.tensor([[1, 1, 1, 1], [1, 1, 1, 0]], dtype=torch.bool)

    def loss(scored: torch.Tensor) -> torch.Tensor:
        return crf.negative_log_likelihood(scored, tags, mask=mask)

    assert torch.autograd.gradcheck(loss, (emissions,))
    loss(emissions).sum().backward()
    for parameter in crf.parameters():
        assert parameter.grad is not None
        assert torch.isfinite(parameter.grad).all()
    assert crf.transitions.grad is not None
    assert (crf.transitions.grad[crf.forbidden] == 0).all()


def test_long_texts_with_large_scores_stay_finite() -> None:
    crf = Crf()
    emissions = (100 * scores(512, batch=2)).float().requires_grad_()
    tags = torch.zeros(2, 512, dtype=torch.long)
    mask = torch.ones(2, 512, dtype=torch.bool)
    loss = crf.negative_log_likelihood(emissions, tags, mask=mask).sum()
    loss.backward()
    assert torch.isfinite(loss)
    assert emissions.grad is not None
    assert torch.isfinite(emissions.grad).all()


@pytest.mark.parametrize("weights", [torch.float32, torch.bfloat16])
def test_it_computes_in_float32_for_bfloat16_and_under_autocast(weights: torch.dtype) -> None:
    crf = made_crf().to(weights)
    emissions = scores(30, batch=4).bfloat16()
    tags = torch.zeros(4, 30, dtype=torch.long)
    mask = torch.ones(4, 30, dtype=torch.bool)
    with torch.autocast("cpu", torch.bfloat16):
        loss = crf.negative_log_likelihood(emissions, tags, mask=mask)
    assert loss.dtype == torch.float32
    exact = crf.double().negative_log_likelihood(emissions.double(), tags, mask=mask)
    assert torch.allclose(loss.double(), exact, rtol=1e-6)


@pytest.mark.parametrize(
    ("before", "label", "wanted"),
    [
        (None, "O", True),
        (None, "B-PER", True),
        (None, "I-PER", False),
        ("O", "I-PER", False),
        ("B-PER", "I-PER", True),
        ("I-PER", "I-PER", True),
        ("B-LOC", "I-PER", False),
        ("I-LOC", "I-PER", False),
        ("B-PER", "B-PER", True),
        ("I-PER", "O", True),
    ],
)
def test_which_tag_may_follow_which(before: str | None, label: str, wanted: bool) -> None:
    assert may_follow(label, before) is wanted
