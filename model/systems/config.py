"""The settings of a training that a user may give, in a TOML file (`--config`) or by options.

A setting that is not given is that of the preset, as the system adapts it. Importing this module loads no
torch. `config_keys.py` lists the keys for `--help`, and `settings.py` applies them.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.config import JsonDict

from ...schema import DataError
from ...schema.files.given_file import read_whole
from ...schema.files.toml_text import MAX_BYTES, parse_toml
from .config_keys import KEYS

LIST_KEYS: Final = "mnerctl train-check --help    # lists the keys"
MAX_SHOWN: Final = 60


def _key(about: str, wanted: str, example: str | float | bool, **limits: Any) -> Any:
    """Return a field: what it means, the rule for its value in words, and a value that is valid."""
    more: JsonDict = {"wanted": wanted, "example": example}
    return Field(default=None, description=about, json_schema_extra=more, **limits)


def _rate(about: str, example: float) -> Any:
    return _key(about, "a number from 0 to 1", example, ge=0, le=1, allow_inf_nan=False)


def _count(about: str, example: int, *, least: int = 1, most: int) -> Any:
    return _key(about, f"a whole number from {least} to {most:,}", example, ge=least, le=most)


def _share(about: str, example: float) -> Any:
    return _key(about, "a number from 0 to less than 1", example, ge=0, lt=1, allow_inf_nan=False)


def _name(about: str, example: str) -> Any:
    return _key(about, "a text that is not empty", example, min_length=1)


class TrainingConfig(BaseModel):
    """Settings of a training by key; None leaves a setting to the preset."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    epochs: int | None = _count("passes over train", 5, most=10_000)
    patience: int | None = _count("epochs without a better dev F1 before it stops", 3, most=10_000)
    batch_size: int | None = _count("posts of a step, over all processes", 16, most=65_536)
    accumulate: int | None = _count("parts of a step, to save memory", 2, most=65_536)
    learning_rate: float | None = _rate("learning rate of the pretrained encoders", 5e-5)
    prompt_learning_rate: float | None = _rate("that of the layers between images and text", 5e-4)
    head_learning_rate: float | None = _rate("that of all other layers but the CRF", 1e-3)
    crf_learning_rate: float | None = _rate("that of the CRF", 1e-2)
    weight_decay: float | None = _rate("weight decay of AdamW", 0.01)
    decay_everything: bool | None = _key(
        "decay biases, norms and the decoder too", "true or false", True
    )
    clip: float | None = _key(
        "most that the norm of all gradients may be",
        "a number above 0",
        1.0,
        gt=0,
        allow_inf_nan=False,
    )
    warmup: float | None = _rate("share of the steps in which the learning rates rise", 0.1)
    dropout: float | None = _share("dropout of hidden states", 0.1)
    head_dropout: float | None = _share("dropout before tags are scored", 0.1)
    attention_dropout: float | None = _share("dropout of attention weights", 0.1)
    initializer_range: float | None = _rate("deviation of fresh weights", 0.02)
    max_subwords: int | None = _count("subwords of a post that are read", 128, least=3, most=8_192)
    group_by_length: bool | None = _key(
        "texts of similar length in a step, which saves padding", "true or false", True
    )
    best_of_equals: Literal["earliest", "latest"] | None = _key(
        "epoch that is kept of those with the same best dev F1", "earliest or latest", "latest"
    )
    text_encoder: str | None = _name("hub name, local folder, or offline", "bert-base-uncased")
    image_encoder: str | None = _name("the same for images", "google/vit-base-patch16-224")
    image_size: int | None = _count("side of an image in pixels", 98, least=8, most=2_048)
    train_image_encoder: bool | None = _key(
        "train the image encoder too, instead of caching its vectors", "true or false", True
    )
    temporal_width: int | None = _key(
        "width of the Transformer over the images",
        "a multiple of 8, from 8 to 8,192",
        384,
        ge=8,
        le=8_192,
        multiple_of=8,
    )
    embeddings: str | None = _name("text file of word vectors, for BiLSTM systems", "glove.txt")
    init_from: str | None = _name(
        "report or model folder whose weights the training begins with", "reports/1.0.0"
    )
    workers: int | None = _count("threads that read pictures", 2, most=64)
    threads: int | None = _count("CPU threads", 2, most=4_096)
    precision: Literal["auto", "float32", "bfloat16"] | None = _key(
        "number format", "auto, float32 or bfloat16", "float32"
    )

    def with_options(self, **options: str | int | None) -> TrainingConfig:
        """Return the settings with those options of a command that were given in place."""
        given = {name: value for name, value in options.items() if value is not None}
        return self.model_copy(update=given)

    def given(self) -> dict[str, Any]:
        """Return the settings that were given, by key."""
        return self.model_dump(exclude_none=True)


NOTHING_GIVEN: Final = TrainingConfig()
OF_THE_MACHINE: Final = frozenset({"workers", "threads", "precision"})
"""Keys that do not change what is trained, only how it is computed."""


def config_text(config: Mapping[str, Any]) -> str:
    """Return given settings as `epochs 5, batch_size 8`, without those of the machine."""
    return ", ".join(f"{key} {value}" for key, value in config.items() if key not in OF_THE_MACHINE)


def read_config(path: Path) -> TrainingConfig:
    """Read a TOML file with lines `KEY = VALUE`.

    Raises:
        DataError: the file cannot be read, or has an unknown key or an impossible value.
    """
    try:
        return TrainingConfig.model_validate(parse_toml(read_whole(path, most=MAX_BYTES)))
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}", "give a TOML file with --config") from error
    except ValidationError as error:
        raise _fault(path, error) from error
    except ValueError as error:
        raise DataError(
            f"{path}: {error}; wanted TOML", "write lines KEY = VALUE, such as epochs = 5"
        ) from error


def _fault(path: Path, error: ValidationError) -> DataError:
    """Return one error for the first fault: the key, the value, the rule, and what to write."""
    first, *others = error.errors(include_url=False)
    key, value = str(first["loc"][0]), repr(first["input"])
    shown = value if len(value) <= MAX_SHOWN else f"{value[: MAX_SHOWN - 3]}..."
    more = f" (and {len(others)} more)" if others else ""
    field = TrainingConfig.model_fields.get(key)
    if field is None:
        near = difflib.get_close_matches(key, KEYS, n=1)
        wanted = f"a key that there is{f', such as {near[0]}' if near else ''}"
        return DataError(f"{path}: unknown key {key!r} = {shown}; wanted {wanted}{more}", LIST_KEYS)
    rule = field.json_schema_extra
    assert isinstance(rule, dict)
    return DataError(
        f"{path}: {key} = {shown}; wanted {rule['wanted']}{more}",
        f"write, for example: {key} = {json.dumps(rule['example'])}",
    )
