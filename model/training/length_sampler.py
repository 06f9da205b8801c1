"""The order of training texts: random from epoch to epoch, and batches of about one length.

An epoch's order follows from the seed and the epoch alone: not from what was drawn before, so a training that
is resumed, or shared by several processes, sees the same batches as one that is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from torch.utils.data import Sampler
from transformers.trainer_pt_utils import get_length_grouped_indices


class LengthGroupedSampler(Sampler[int]):
    """Places of texts, `batch_size` of about one length after each other. epoch: asked at each start."""

    def __init__(
        self, lengths: Sequence[int], *, batch_size: int, seed: int, epoch: Callable[[], int]
    ) -> None:
        self._lengths = list(lengths)
        self._batch_size = batch_size
        self._seed = seed
        self._epoch = epoch

    def __len__(self) -> int:
        return len(self._lengths)

    def __iter__(self) -> Iterator[int]:
        generator = torch.Generator().manual_seed(self._seed + self._epoch())
        group: Any = get_length_grouped_indices
        return iter(group(self._lengths, self._batch_size, generator=generator))
