"""What every system is to the trainer: a model from batches to tag scores, and how it reads records.

A system may be built of anything, so long as its model is a `Tagger` and its batches come from a
`Reader`. There is no loop here, no encoder and no decoding of files.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Protocol

from datasets import Dataset
from torch import Tensor
from transformers import PreTrainedModel
from transformers.utils.generic import ModelOutput

from ...schema import Record
from .crf import Crf
from .softmax import Softmax

IGNORED = -100  # the label of a position that is no word


@dataclass
class TaggerOutput(ModelOutput):
    """loss: (), the mean over the batch's texts; emissions: (batch, words, 9).

    image_weights: (batch, images), 0 to 1, of a system that weighs its images.
    """

    loss: Tensor | None = None
    emissions: Tensor | None = None
    image_weights: Tensor | None = None


class Tagger(PreTrainedModel):  # type: ignore[no-untyped-call]
    """A model whose forward takes a batch of its `Reader` and gives a `TaggerOutput`.

    decoder: from emissions to the loss and to the best tags. encoders, prompts: how the names of
    pretrained parameters begin, and of those that make prompts; both learn at rates of their own.
    """

    decoder: Crf | Softmax
    encoders: ClassVar[tuple[str, ...]] = ()
    prompts: ClassVar[tuple[str, ...]] = ()

    def scored(self, emissions: Tensor, word_mask: Tensor, labels: Tensor | None) -> TaggerOutput:
        """The output: with the loss where labels are given, (batch, words), -100 outside the words."""
        if labels is None:
            return TaggerOutput(emissions=emissions)
        known = word_mask.bool() & (labels != IGNORED)  # (batch, words)
        losses = self.decoder.negative_log_likelihood(emissions, labels, mask=known)  # (batch,)
        return TaggerOutput(loss=losses.mean(), emissions=emissions)


class Reader(Protocol):
    """How records become what a model takes."""

    def encode(self, records: Sequence[Record]) -> Dataset:
        """One row a record, in order, with `length` for bucketing and `labels` of the words it keeps.

        Words keep their order and number: only the tail of an over-long text is cut.
        """
        ...

    def collate(self, rows: list[dict[str, Any]]) -> dict[str, Tensor]:
        """A batch of rows: the arguments of the model's forward, with `word_mask` and `labels`."""
        ...

    def save(self, folder: Path) -> None:
        """Writes what the system's `load` needs to read in the same way."""
        ...


@dataclass(frozen=True)
class BuiltSystem:
    """A model, fresh or trained, and how it reads records."""

    model: Tagger
    reader: Reader
