"""How the batch of a step is divided between forward passes and processes. Loads no torch."""

from __future__ import annotations

from ...schema import UsageError
from ..machine import processes
from ..systems.preset import Preset


def posts_per_forward(preset: Preset) -> int:
    """Return how many posts each process handles per forward pass.

    Raises:
        UsageError: the batch of a step cannot be divided into that many equal parts.
    """
    parts = preset.accumulate * processes.count()
    if preset.batch_size % parts:
        raise UsageError(
            f"accumulate {preset.accumulate}: a batch of {preset.batch_size} posts cannot be divided"
            f" into {parts} equal parts",
            f"give a number that, times the number of processes, divides {preset.batch_size}",
        )
    return preset.batch_size // parts
