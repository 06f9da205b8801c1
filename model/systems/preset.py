"""The three settings of a run: `quick` (packaged weights, minutes on 2 cores), `paper`, and `smoke`.

`paper` has the published hyper-parameters (Huang et al., LREC-COLING 2024, and its released code);
those of `quick` were chosen on Twitter-2017's dev split. What a system builds of them is its own affair.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ..inputs.pretrained import OFFLINE, SMOKE


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """Encoders by name (see `inputs/pretrained.py`) and how they are trained.

    image_size: pixels of a side, None for the encoder's own. train_image_encoder: False keeps the
    image encoder frozen and its vectors cached. temporal_width: see `TpmMiConfig`. The learning rates
    are those of the encoders, of what makes prompts of images, of the linear layer, and of the CRF. dropout,
    attention_dropout: see `TpmMiConfig`; in a few epochs, that of attention only hides which image
    belongs to which name. max_subwords: of a text, with the two special ones; words beyond it are
    predicted O and so count as missed. batch_size: of one step, over all processes; accumulate: the
    parts it is worked off in, to need less memory. patience: epochs without a better dev F1 after which
    training ends early, or None. embeddings: a file of word vectors, for the systems over words; None
    for random ones. threads: of the CPU, None for as many as there are.
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
