"""The presets of training: `quick` (installed weights, minutes on 2 cores), `paper` and `smoke`.

`paper` has the published hyper-parameters (Huang et al., LREC-COLING 2024), and the habits of its released
code in training (`docs/explain/model.md` lists what still differs).
Those of `quick` were chosen on Twitter-2017's dev split. A system may change them in `System.adapt`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final, Literal

from ..inputs.encoder_names import OFFLINE, SMOKE

PrecisionChoice = Literal["auto", "float32", "bfloat16"]
"""`auto` is bfloat16 where the hardware multiplies it, and float32 everywhere else."""


CAME_LATER: Final = frozenset(
    {
        "precision",
        "decay_everything",
        "clip",
        "head_dropout",
        "initializer_range",
        "group_by_length",
        "best_of_equals",
        "init_from",
    }
)
"""Settings whose default is what every training did before there was a choice."""


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
        decay_everything: False spares biases, norms and the decoder; True spares nothing.
        clip: most that the norm of all gradients may be; larger ones are scaled down. None for no limit.
        warmup: share of the steps, 0 to 1, in which the learning rates rise.
        dropout: see `TpmMiConfig`.
        head_dropout: see `TpmMiConfig`.
        attention_dropout: see `TpmMiConfig`. In a training of few epochs it keeps the model from
            learning which image belongs to which name.
        initializer_range: see `TpmMiConfig`.
        max_subwords: most subwords of a text, the two special ones included. Words beyond them are
            predicted O, so their entities count as missed.
        accumulate: forward passes per step. More passes need less memory.
        group_by_length: True puts texts of similar length into a step, which saves padding.
        best_of_equals: which epoch is kept of those with the same best dev F1.
        patience: epochs without a better dev F1 before training stops early, or None.
        embeddings: path of a file of word vectors, for the BiLSTM systems; None for random ones.
        threads: most CPU threads, or None for all.
        precision: number format of training.
        init_from: folder of the saved model whose weights the training begins with, or None.
        workers: threads that read pictures, or None for one for each core, eight at most.
        config: the settings that the user gave, by key; the others are those of the preset.
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
    decay_everything: bool = False
    clip: float | None = 1.0
    warmup: float
    dropout: float = 0.1
    head_dropout: float | None = None
    attention_dropout: float = 0.1
    initializer_range: float | None = 0.05
    max_subwords: int
    accumulate: int = 1
    group_by_length: bool = True
    best_of_equals: Literal["earliest", "latest"] = "earliest"
    patience: int | None = None
    embeddings: str | None = None
    threads: int | None = None
    precision: PrecisionChoice = "auto"
    init_from: str | None = None
    workers: int | None = None
    config: dict[str, Any] = field(default_factory=dict)

    def identity(self) -> dict[str, Any]:
        """Return the settings that make a training another one.

        What is left to the machine is not among them, so a training that began on one machine can
        continue on another; and of the settings that came later none that trains as before, so that finished
        runs of earlier versions are found.
        """
        settings = asdict(self)
        del settings["workers"], settings["config"]
        before = {one.name: one.default for one in fields(self)}
        return {
            name: value
            for name, value in settings.items()
            if name not in CAME_LATER or value != before[name]
        }


def settings_of(preset: Preset) -> dict[str, Any]:
    """Return all settings by key, without the name of the preset and what the user gave of them."""
    return {key: value for key, value in asdict(preset).items() if key not in ("name", "config")}


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
            decay_everything=True,
            clip=None,
            warmup=0.01,
            head_dropout=0.0,
            initializer_range=None,
            max_subwords=64,
            group_by_length=False,
            best_of_equals="latest",
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
