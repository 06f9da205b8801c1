"""The keys of a training's settings, in the order of `TrainingConfig`. Loads nothing: `--help` lists them."""

from __future__ import annotations

from typing import Final

KEYS: Final = (
    "epochs",
    "patience",
    "batch_size",
    "accumulate",
    "learning_rate",
    "prompt_learning_rate",
    "head_learning_rate",
    "crf_learning_rate",
    "weight_decay",
    "decay_everything",
    "clip",
    "warmup",
    "dropout",
    "head_dropout",
    "attention_dropout",
    "initializer_range",
    "max_subwords",
    "group_by_length",
    "best_of_equals",
    "text_encoder",
    "image_encoder",
    "image_size",
    "train_image_encoder",
    "temporal_width",
    "embeddings",
    "init_from",
    "workers",
    "threads",
    "precision",
)
