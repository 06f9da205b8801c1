"""When a training stops early."""

from __future__ import annotations

import pytest

pytest.importorskip("torch", reason="needs mnerctl[train]")

from mnerctl.model.training.monitor import epochs_since_best


@pytest.mark.parametrize(
    ("dev_f1", "epochs"),
    [
        ([0.0], 0),
        ([0.0, 0.0, 0.0, 0.0], 0),
        ([0.0, 0.0, 0.1], 0),
        ([0.0, 0.0, 0.1, 0.1], 1),
        ([0.2, 0.1, 0.2, 0.1], 3),
        ([0.2, 0.1, 0.3], 0),
    ],
)
def test_epochs_count_after_the_first_above_0(dev_f1: list[float], epochs: int) -> None:
    assert epochs_since_best(dev_f1) == epochs
