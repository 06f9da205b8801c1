"""The presets of training: `quick` (installed weights, minutes on 2 cores), `paper` and `smoke`.

`paper` has the published hyper-parameters (Huang et al., LREC-COLING 2024, and its released code).
Those of `quick` were chosen on Twitter-2017's dev split. A system may change them in `System.adapt`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal

from ..inputs.encoder_names import OFFLINE, SMOKE

PrecisionChoice = Literal["auto", "float32", "bfloat16"]
"""`auto` is bfloat16 where the hardware multiplies it, and float32 everywhere else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """The encoders of a training and its settings.

    Attributes:
        name: the name of the preset.
        text_encoder: name of the text encoder; see `inputs/encoder_names.py`.
        image_encoder: name of the image encoder; see `inputs/encoder_names.py`.
        image_size: side of an image in pixels, or None for the encoder's own size.
        train_image_encoder: False freezes the image encoder and caches its vectors.
        temporal_width: see `TpmMiConfig`.
        epochs: passes over train.
        batch_size: posts per step, over all processes.
        learning_rate: learning rate of the pretrained encoders.
        prompt_learning_rate: learning rate of the layers that make prompts from images.
        head_learning_rate: learning rate of the linear layer that scores tags, and of all layers
            that have no rate of their own.
        crf_learning_rate: learning rate of the CRF.
        weight_decay: weight decay of AdamW.
        warmup: share of the steps, 0 to 1, in which the learning rates rise.
        dropout: see `TpmMiConfig`.
        attention_dropout: see `TpmMiConfig`. In a training of few epochs it keeps the model from
            learning which image belongs to which name.
        max_subwords: most subwords of a text, the two special ones included. Words beyond them are
            predicted O, so their entities count as missed.
        accumulate: forward passes per step. More passes need less memory.
        patience: epochs without a better dev F1 before training stops early, or None.
        embeddings: path of a file of word vectors, for the BiLSTM systems; None for random ones.
        threads: most CPU threads, or None for all.
        precision: number format of training.
    """

    name: str
    text_encoder: str
    image_encoder: str
    image_size: int | None = None
    train_image_encoder: bool = False
    temporal_width: int | None = None
    epochs: int
    batch_size: int
    learning_rate: float
    prompt_learning_rate: float
    head_learning_rate: float
    crf_learning_rate: float
    weight_decay: float = 0.01
    warmup: float
    dropout: float = 0.1
    attention_dropout: float = 0.1
    max_subwords: int
    accumulate: int = 1
    patience: int | None = None
    embeddings: str | None = None
    threads: int | None = None
    precision: PrecisionChoice = "auto"

    def identity(self) -> dict[str, Any]:
        """Return the settings that make a training another one.

        What is left to the machine is not among them, so a training that began on one machine can
        continue on another.
        """
        settings = asdict(self)
        if self.precision == "auto":
            del settings["precision"]
        return settings


PRESETS: Final[dict[str, Preset]] = {
    preset.name: preset
    for preset in (
        Preset(
            name="quick",
            text_encoder=OFFLINE,
            image_encoder=OFFLINE,
            image_size=98,
            temporal_width=384,
            epochs=3,
            batch_size=16,
            learning_rate=1e-4,
            prompt_learning_rate=5e-4,
            head_learning_rate=1e-3,
            crf_learning_rate=1e-2,
            warmup=0.1,
            attention_dropout=0.0,
            max_subwords=128,
        ),
        Preset(
            name="paper",
            text_encoder="bert-base-uncased",
            image_encoder="google/vit-base-patch16-224",
            train_image_encoder=True,
            epochs=15,
            batch_size=8,
            learning_rate=5e-5,
            prompt_learning_rate=5e-5,
            head_learning_rate=5e-5,
            crf_learning_rate=5e-5,
            weight_decay=0.0,
            warmup=0.01,
            max_subwords=64,
        ),
        Preset(
            name="smoke",
            text_encoder=SMOKE,
            image_encoder=SMOKE,
            temporal_width=32,
            epochs=1,
            batch_size=32,
            learning_rate=1e-3,
            prompt_learning_rate=1e-3,
            head_learning_rate=1e-3,
            crf_learning_rate=1e-2,
            warmup=0.1,
            max_subwords=128,
        ),
    )
}


def preset_with(
    name: str,
    *,
    text_encoder: str | None = None,
    image_encoder: str | None = None,
    embeddings: Path | None = None,
) -> Preset:
    """Return a preset with other encoders or word vectors, where they are given.

    Another image encoder reads images in a size of its own, not in the preset's.

    Raises:
        KeyError: there is no such preset.
    """
    preset = PRESETS[name]
    return replace(
        preset,
        text_encoder=text_encoder or preset.text_encoder,
        image_encoder=image_encoder or preset.image_encoder,
        image_size=None if image_encoder else preset.image_size,
        embeddings=str(embeddings) if embeddings else None,
    )
