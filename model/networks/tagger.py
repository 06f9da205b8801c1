"""The interface between a system and the trainer: a `Tagger` that scores tags, and a `Reader` of records.

A system may be built from anything, as long as its model is a `Tagger` and its batches come from a
`Reader`. This module has no training loop and no encoder.
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

IGNORED = -100  # the label of a position that is not a word


@dataclass
class TaggerOutput(ModelOutput):
    """What a `Tagger` returns for a batch.

    Attributes:
        loss: (), the mean over the texts of the batch, or None without labels.
        emissions: (batch, words, 9), the scores of the tags of each word.
        image_weights: (batch, images), 0 to 1, or None if the system does not weight its images.
    """

    loss: Tensor | None = None
    emissions: Tensor | None = None
    image_weights: Tensor | None = None


class Tagger(PreTrainedModel):  # type: ignore[no-untyped-call]
    """A model whose forward takes a batch of its `Reader` and returns a `TaggerOutput`.

    Attributes:
        decoder: turns emissions into the loss and into the best tags.
        encoders: prefixes of the names of pretrained parameters, which have a learning rate of
            their own.
        prompts: prefixes of the names of parameters that make image prompts, which have a learning
            rate of their own.
    """

    decoder: Crf | Softmax
    encoders: ClassVar[tuple[str, ...]] = ()
    prompts: ClassVar[tuple[str, ...]] = ()

    def make_output(
        self, emissions: Tensor, word_mask: Tensor, labels: Tensor | None
    ) -> TaggerOutput:
        """Return the output for these emissions, with the loss if labels are given.

        Args:
            emissions: (batch, words, 9).
            word_mask: (batch, words) bool.
            labels: (batch, words) int, -100 outside the words; or None.
        """
        if labels is None:
            return TaggerOutput(emissions=emissions)
        known = word_mask.bool() & (labels != IGNORED)  # (batch, words)
        losses = self.decoder.negative_log_likelihood(emissions, labels, mask=known)  # (batch,)
        return TaggerOutput(loss=losses.mean(), emissions=emissions)


class Reader(Protocol):
    """Turns records into the inputs of a model."""

    def encode(self, records: Sequence[Record]) -> Dataset:
        """Return one row per record, in order, with at least `length` and `labels`.

        Rows of similar `length` are trained together; `labels` are those of the words that are
        kept. Words keep their order: only the end of a text that is too long may be cut.
        """
        ...

    def collate(self, rows: list[dict[str, Any]]) -> dict[str, Tensor]:
        """Return the arguments of the model's forward for these rows, with `word_mask` and `labels`."""
        ...

    def save(self, folder: Path) -> None:
        """Write what the system's `load` needs to read records in the same way."""
        ...


@dataclass(frozen=True)
class BuiltSystem:
    """A model, fresh or trained, and the reader of its inputs."""

    model: Tagger
    reader: Reader
