"""One vector for each output of an encoder: its pooled output, or the state at [CLS]."""

from __future__ import annotations

from typing import Any, cast

from torch import Tensor, nn
from transformers import PreTrainedModel


def remove_pooler(model: PreTrainedModel) -> PreTrainedModel:
    """Remove a pooler over [CLS] like that of BERT or ALBERT, which checkpoints often leave untrained."""
    pooler = getattr(model, "pooler", None)
    if hasattr(pooler, "dense") or isinstance(pooler, nn.Linear):
        model.pooler = None  # type: ignore[assignment]
    return model


def pooled_output(output: Any) -> Tensor:
    """Return one vector for each image, (n, width): the pooled output if there is one, else [CLS]."""
    if getattr(output, "pooler_output", None) is not None:
        return cast(Tensor, output.pooler_output.flatten(1))
    return cast(Tensor, output.last_hidden_state[:, 0])
