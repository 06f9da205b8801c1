"""Dropout on the CPU: how many values become 0, how the others grow, and when nothing happens."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="needs mnerctl[train]")

from torch import nn  # noqa: E402

from mnerctl.model.networks.dropout import Dropout, use_fast_dropout  # noqa: E402


@pytest.mark.parametrize("share", [0.1, 0.5])
@pytest.mark.parametrize("shape", [(1001, 99), (7, 11, 1301)])  # neither is a multiple of 4
def test_the_share_of_zeros_and_the_mean(share: float, shape: tuple[int, ...]) -> None:
    torch.manual_seed(1)
    dropped = Dropout(share)(torch.ones(shape))
    zeros = (dropped == 0).double()
    assert zeros.mean().item() == pytest.approx(share, abs=0.01)
    assert dropped[dropped > 0].unique().tolist() == pytest.approx([1 / (1 - share)], rel=1e-4)
    columns = zeros.mean(0).flatten() if len(shape) == 2 else zeros.mean((0, 1))
    assert columns.std().item() == pytest.approx(
        (share * (1 - share) / (zeros.numel() / columns.numel())) ** 0.5, rel=0.2
    )


def test_the_gradient_has_the_same_zeros_and_the_seed_decides() -> None:
    states = torch.ones(40, 10, requires_grad=True)
    torch.manual_seed(2)
    dropped = Dropout(0.3)(states)
    dropped.sum().backward()
    assert states.grad is not None and torch.equal(states.grad, dropped)
    torch.manual_seed(2)
    assert torch.equal(Dropout(0.3)(states), dropped)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_nothing_is_drawn_without_need(share: float) -> None:
    states = torch.randn(4, 5)
    assert torch.equal(Dropout(share)(states), states * (1 - share))
    assert torch.equal(Dropout(0.5).eval()(states), states)


def test_every_dropout_of_a_model_is_replaced() -> None:
    model = nn.Sequential(nn.Linear(2, 2), nn.Dropout(0.2), nn.Sequential(nn.Dropout(0.3))).eval()
    use_fast_dropout(model)
    found = [module for module in model.modules() if isinstance(module, Dropout)]
    assert [(one.p, one.training) for one in found] == [(0.2, False), (0.3, False)]
