"""What the commands that train share: which system, which preset, and libraries that keep quiet."""

from __future__ import annotations

import os
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

if TYPE_CHECKING:
    from ...model.systems.preset import Preset
    from ...model.systems.system import System


class PresetName(StrEnum):
    """quick: packaged weights, minutes on 2 cores. paper: as published. smoke: random and tiny."""

    quick = "quick"
    paper = "paper"
    smoke = "smoke"


class Require(StrEnum):
    """images: that they help, and that it is those of the post that do. order: that it tells something."""

    images = "images"
    order = "order"


EmbeddingsHelp: Final = (
    "Word vectors of GloVe or word2vec, as text, for BiLSTM systems; random otherwise."
)
EncoderHelp: Final = "A hub name, a local folder, or offline; the preset's otherwise."


SystemName = Annotated[
    str,
    typer.Option(
        metavar="NAME",
        help="What to train: tpm-mi, tpm-mi-gated, tpm-mi-legacy, bert-crf, bert, hbilstm-crf,"
        " cnn-bilstm-crf, bilstm-crf.",
    ),
]


def get_system(name: str, option: str = "--system") -> System:
    """One of `model/systems/`, which are not listed here again."""
    from ...model.systems import SYSTEMS

    if name not in SYSTEMS:
        raise typer.BadParameter(
            f"{name!r}: wanted names out of {', '.join(SYSTEMS)}", param_hint=f"'{option}'"
        )
    return SYSTEMS[name]


def get_preset(
    name: PresetName,
    *,
    text_encoder: str | None,
    image_encoder: str | None,
    embeddings: Path | None,
) -> Preset:
    """With these encoders, which see images of their own size, in place of its own."""
    from ...model.systems.preset import PRESETS

    preset = PRESETS[name.value]
    return replace(
        preset,
        text_encoder=text_encoder or preset.text_encoder,
        image_encoder=image_encoder or preset.image_encoder,
        image_size=None if image_encoder else preset.image_size,
        embeddings=str(embeddings) if embeddings else None,
    )


def quiet_libraries() -> None:
    """Before torch is imported: threads that spin briefly and then sleep; no bars of the libraries."""
    os.environ.setdefault("GOMP_SPINCOUNT", "20000")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
