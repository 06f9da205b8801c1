"""The parameters of a model in optimizer groups, each with its learning rate and weight decay."""

from __future__ import annotations

from typing import Any

from torch import nn

from ..networks.tagger import Tagger
from ..systems.preset import Preset


def parameter_groups(model: Tagger, preset: Preset) -> list[dict[str, Any]]:
    """Return optimizer groups for pretrained encoders, prompts, the decoder, and everything else.

    Biases, norms and the decoder have no weight decay, unless the preset says `decay_everything`. Frozen
    parameters and empty groups are left out.
    """

    def rate(name: str) -> float:
        if name.startswith(model.encoders):
            return preset.learning_rate
        if name.startswith(model.prompts):
            return preset.prompt_learning_rate
        is_decoder = name.startswith("decoder.")
        return preset.crf_learning_rate if is_decoder else preset.head_learning_rate

    def decay(name: str, parameter: nn.Parameter) -> float:
        is_spared = parameter.ndim < 2 or name.startswith("decoder.")
        return preset.weight_decay if preset.decay_everything or not is_spared else 0.0

    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            groups.setdefault((rate(name), decay(name, parameter)), []).append(parameter)
    return [
        {"params": parameters, "lr": lr, "weight_decay": weight_decay}
        for (lr, weight_decay), parameters in groups.items()
    ]
