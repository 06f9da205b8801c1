"""The optimizer of training against AdamW of torch."""

from __future__ import annotations

from copy import deepcopy

import pytest

torch = pytest.importorskip("torch", reason="needs mnerctl[train]")

from torch import nn  # noqa: E402

from mnerctl.model.networks.finite import not_finite  # noqa: E402
from mnerctl.model.training.row_adamw import RowAdamW, coalesce_gradients  # noqa: E402

SETTINGS = {"lr": 0.1, "weight_decay": 0.01}


class Words(nn.Module):
    """A word embedding and a layer."""

    def __init__(self, *, sparse: bool) -> None:
        super().__init__()
        torch.manual_seed(1)
        self.embedding = nn.Embedding(50, 8, sparse=sparse)
        self.layer = nn.Linear(8, 3)

    def forward(self, words: torch.Tensor) -> torch.Tensor:
        return self.layer(self.embedding(words))


def step(model: nn.Module, optimizer: torch.optim.Optimizer, words: torch.Tensor) -> None:
    model(words).pow(2).sum().backward()
    for gradient in coalesce_gradients(model):
        gradient.mul_(0.5)  # as clipping does
    optimizer.step()
    optimizer.zero_grad()


def test_rows_that_are_always_used_are_updated_as_by_adamw() -> None:
    ours, theirs = Words(sparse=True), Words(sparse=False)
    optimizer = RowAdamW(ours.parameters(), **SETTINGS)
    other = torch.optim.AdamW(theirs.parameters(), **SETTINGS)
    words = torch.arange(50).repeat(2)  # each twice: the gradients of a word are added up
    for _ in range(3):
        step(ours, optimizer, words)
        step(theirs, other, words)
    for left, right in zip(ours.parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(left, right)


def test_rows_without_a_gradient_and_their_moments_stay() -> None:
    model = Words(sparse=True)
    optimizer = RowAdamW(model.parameters(), **SETTINGS)
    step(model, optimizer, torch.arange(20))
    table = model.embedding.weight
    state = optimizer.state[table]
    before = [one.detach().clone() for one in (table, state["exp_avg"], state["exp_avg_sq"])]
    step(model, optimizer, torch.tensor([3, 30]))
    changed = [
        (now != then).any(1).nonzero()[:, 0].tolist()
        for now, then in zip((table, state["exp_avg"], state["exp_avg_sq"]), before, strict=True)
    ]
    assert changed == [[3, 30]] * 3


def test_state_of_adamw_with_dense_gradients_can_be_continued() -> None:
    ours, theirs = Words(sparse=True), Words(sparse=False)
    optimizer = RowAdamW(ours.parameters(), **SETTINGS)
    other = torch.optim.AdamW(theirs.parameters(), fused=True, **SETTINGS)
    words = torch.arange(50)
    step(theirs, other, words)
    ours.load_state_dict(theirs.state_dict())
    optimizer.load_state_dict(deepcopy(other.state_dict()))
    step(ours, optimizer, words)
    step(theirs, other, words)
    for left, right in zip(ours.parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(left, right)


def test_a_sparse_gradient_that_is_not_finite_is_found() -> None:
    model = Words(sparse=True)
    (model(torch.tensor([1, 2])).sum() * torch.inf).backward()
    assert "embedding.weight" in not_finite((n, p.grad) for n, p in model.named_parameters())
