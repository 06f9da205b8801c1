"""All settings of a training: those of a preset, as a system adapts them, with those that a user gives."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ...schema import UsageError
from .config import TrainingConfig
from .preset import Preset
from .saved_model import SavedModel
from .system import BuildInputs, System

if TYPE_CHECKING:  # settings are checked before torch is loaded
    from ..networks.tagger import BuiltSystem

ENCODERS: Final = ("text_encoder", "image_encoder", "image_size", "embeddings")
"""Settings that a system checks or replaces when it adapts a preset."""
OF_THE_MODEL: Final = (
    *ENCODERS,
    "train_image_encoder",
    "temporal_width",
    "dropout",
    "head_dropout",
    "attention_dropout",
    "initializer_range",
)
"""Settings that a saved model has in its weights or its configuration."""


def configured(system: System, preset: Preset, config: TrainingConfig) -> Preset:
    """Return the settings of a training.

    Another image encoder reads images in a size of its own, not in the preset's.

    Args:
        system: the system to train.
        preset: settings for what the user does not give.
        config: settings that the user gives.

    Raises:
        DataError: an encoder or the model to begin with does not exist.
        UsageError: the settings do not fit the model to begin with.
    """
    given = config.given()
    if config.init_from is not None:
        saved = _model_to_begin_with(system, config)
        fixed = {name: getattr(saved.preset, name) for name in OF_THE_MODEL}
        given |= fixed | {"init_from": str(saved.folder)}
    elif config.image_encoder is not None:
        preset = replace(preset, image_size=None)
    before = {name: value for name, value in given.items() if name in (*ENCODERS, "max_subwords")}
    adapted = system.adapt(replace(preset, **before))
    after = {
        name: value
        for name, value in given.items()
        if name not in ("text_encoder", "embeddings", "max_subwords")
    }
    return replace(adapted, **after, config=config.given())


def _model_to_begin_with(system: System, config: TrainingConfig) -> SavedModel:
    """Open the model of `init_from`.

    Raises:
        DataError: there is none.
        UsageError: it is of another system, or settings are given that the model has already.
    """
    folder = str(config.init_from)
    saved = SavedModel(Path(folder))
    if saved.system.name != system.name:
        raise UsageError(
            f"init_from = {folder!r}: a model of {saved.system.name}, not of {system.name}",
            f"give --system {saved.system.name}, or a report of {system.name}",
        )
    if both := [name for name in OF_THE_MODEL if getattr(config, name) is not None]:
        raise UsageError(
            f"{both[0]} = {getattr(config, both[0])!r}: given beside init_from = {folder!r}, whose"
            " model has its own",
            f"leave out {' and '.join(both)}, or init_from",
        )
    return saved


def begin(system: System, inputs: BuildInputs) -> BuiltSystem:
    """Return the system before its first step: fresh, or with the weights of `init_from`.

    Raises:
        DataError: the model to begin with is damaged, or the image encoder has changed since.
    """
    if inputs.preset.init_from is None:
        return system.build(inputs)
    saved = SavedModel(Path(inputs.preset.init_from))
    if inputs.image_encoder is not None:
        saved.refuse_other_encoder(inputs.image_encoder)
    return saved.load(inputs.pictures, preset=inputs.preset)
