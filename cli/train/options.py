"""Options that the commands of training share: the system, the preset, encoders and word vectors."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from ...model.systems import SYSTEMS
from ...model.systems.config_keys import KEYS

if TYPE_CHECKING:
    from ...model.systems.config import TrainingConfig
    from ...model.systems.system import System
    from ...schema import Release


MAX_SEED: Final = 2**31 - 1


class PresetName(StrEnum):
    """The presets of `model/systems/preset.py`.

    quick: installed weights, minutes on 2 cores.
    paper: the published settings.
    smoke: random and tiny, for tests.
    """

    quick = "quick"
    paper = "paper"
    smoke = "smoke"


class Require(StrEnum):
    """What can be required to be shown.

    learnability: test can decide whether a system learns more than a dictionary, and it does.
    images: they help, and only those of the same post do.
    order: their order helps.
    labels: a system that did not train on them does not contradict too many.
    """

    learnability = "learnability"
    images = "images"
    order = "order"
    labels = "labels"


class PrecisionName(StrEnum):
    """Number formats of training; auto is bfloat16 where the hardware multiplies it."""

    auto = "auto"
    float32 = "float32"
    bfloat16 = "bfloat16"


Config = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help=f"TOML file of settings; options override it. Keys: {', '.join(KEYS)}.",
        show_default="those of the preset",
    ),
]
Preset = Annotated[
    PresetName,
    typer.Option(help="quick: minutes on 2 cores. paper: as published. smoke: tiny and random."),
]
Encoder = Annotated[
    str | None,
    typer.Option(help="Hub name, local folder, or offline.", show_default="that of the preset"),
]
Embeddings = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Text file of GloVe or word2vec vectors for BiLSTM systems.",
        show_default="random vectors",
    ),
]
Epochs = Annotated[
    int | None,
    typer.Option(min=1, help="Passes over train.", show_default="those of the system"),
]
Precision = Annotated[
    PrecisionName | None,
    typer.Option(
        help="Number format of training; auto takes bfloat16 where the hardware multiplies it.",
        show_default="auto",
    ),
]
Threads = Annotated[
    int | None,
    typer.Option(
        min=1, help="CPU threads of training.", show_default="chosen by timing a short step"
    ),
]
FirstSeed = Annotated[
    int,
    typer.Option(
        min=0,
        max=MAX_SEED,
        help="First seed, for weights and data order; the others follow it.",
    ),
]
SystemName = Annotated[
    str,
    typer.Option(metavar="NAME", help=f"System to train: {', '.join(SYSTEMS)}."),
]


def report_folder(release: Release, rest: str) -> Path:
    """Return the folder of a report if the user names none; the name of a release may be any text."""
    from ...schema.files.file_name import base_name_of

    version = f"-{release.manifest.version}" if release.manifest else ""
    return Path("reports") / base_name_of(f"{release.name}{version}-{rest}")


def get_system(name: str, option: str = "--system") -> System:
    """Return the system of this name.

    Raises:
        BadParameter: there is none; the message names the option.
    """
    if name not in SYSTEMS:
        raise typer.BadParameter(
            f"{name!r} is not a system; choose from {', '.join(SYSTEMS)}", param_hint=f"'{option}'"
        )
    return SYSTEMS[name]


def settings_given(config: Path | None, **options: str | int | Path | None) -> TrainingConfig:
    """Return the settings of a --config file, overridden by the options that were given.

    Raises:
        DataError: the file cannot be read, or has an unknown key or an impossible value.
    """
    from ...model.systems.config import NOTHING_GIVEN, read_config

    file = NOTHING_GIVEN if config is None else read_config(config)
    return file.with_options(
        **{
            key: str(value) if isinstance(value, Path | StrEnum) else value
            for key, value in options.items()
        }
    )
