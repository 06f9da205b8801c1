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
from torch import Tensor, nn
from transformers import PreTrainedModel
from transformers.utils.generic import ModelOutput

from ...schema import Record
from ..systems.preset import Preset
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
class Built:
    """A model, fresh or trained, and how it reads records."""

    model: Tagger
    reader: Reader


def parameter_groups(model: Tagger, preset: Preset) -> list[dict[str, Any]]:
    """Groups for an optimizer: pretrained encoders; prompts; the decoder; all else.

    Biases, norms and the decoder do not decay. Frozen parameters are left out, and so are empty groups.
    """

    def rate(name: str) -> float:
        if name.startswith(model.encoders):
            return preset.learning_rate
        if name.startswith(model.prompts):
            return preset.prompt_learning_rate
        is_decoder = name.startswith("decoder.")
        return preset.crf_learning_rate if is_decoder else preset.head_learning_rate

    def decay(name: str, parameter: nn.Parameter) -> float:
        return 0.0 if parameter.ndim < 2 or name.startswith("decoder.") else preset.weight_decay

    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            groups.setdefault((rate(name), decay(name, parameter)), []).append(parameter)
    return [
        {"params": parameters, "lr": lr, "weight_decay": rate_of_decay}
        for (lr, rate_of_decay), parameters in groups.items()
    ]
