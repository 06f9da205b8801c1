"""The order of the training texts: shuffled in each epoch; batches can be made of texts of similar length.

The order of an epoch depends on the seed and the epoch only, and not on earlier random draws. A training
that is resumed, or shared by several processes, therefore sees the same batches as any other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from torch.utils.data import Sampler
from transformers.trainer_pt_utils import get_length_grouped_indices


class EpochSampler(Sampler[int]):
    """Yields the indexes of all texts once, in a new order in each epoch."""

    def __init__(
        self,
        lengths: Sequence[int],
        *,
        batch_size: int,
        grouped: bool,
        seed: int,
        epoch: Callable[[], int],
    ) -> None:
        """Create a sampler.

        Args:
            lengths: the length of each text.
            batch_size: texts per step.
            grouped: whether each `batch_size` in a row have similar lengths.
            seed: the seed of the order.
            epoch: returns the number of the epoch; called at the start of each.
        """
        self._lengths = list(lengths)
        self._batch_size = batch_size
        self._grouped = grouped
        self._seed = seed
        self._epoch = epoch

    def __len__(self) -> int:
        return len(self._lengths)

    def __iter__(self) -> Iterator[int]:
        generator = torch.Generator().manual_seed(self._seed + self._epoch())
        if not self._grouped:
            return iter(torch.randperm(len(self), generator=generator).tolist())
        grouped: Any = get_length_grouped_indices
        return iter(grouped(self._lengths, self._batch_size, generator=generator))
