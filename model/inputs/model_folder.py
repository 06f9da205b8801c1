"""Load models of transformers from folders that somebody else may have made, and run no code from them.

All loading of pretrained weights goes through this module. Code in the folder, a pickle (`.bin`) and a JSON
file that is too large are refused before transformers reads anything; a hub name is loaded by the same rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import torch
from transformers import (
    AutoConfig,
    AutoImageProcessor,
    AutoModel,
    AutoTokenizer,
    PretrainedConfig,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)

from ...schema.files.atomic_write import write_file
from ...schema.files.given_file import read_whole
from ...schema.files.json_text import NotJson, parse_json
from .model_size import MAX_CONFIG_BYTES, size_fault

CONFIG: Final = "config.json"
WEIGHTS: Final = ("model.safetensors", "model.safetensors.index.json")
MAX_VOCABULARY_BYTES: Final = 128 * 2**20
SETTINGS: Final = (
    CONFIG,
    *("tokenizer_config.json", "special_tokens_map.json", "added_tokens.json"),
    *("preprocessor_config.json", "processor_config.json", "adapter_config.json"),
)
"""Files that are read as a whole; all others of the folder are vocabularies or weights."""
CODE: Final = ("auto_map", "custom_pipelines")
"""Keys by which a file makes transformers import code from the folder or the hub."""
KERNELS: Final = ("attn_implementation", "_attn_implementation")
"""Keys whose value can be a repository of compiled code, OWNER/NAME."""
M = TypeVar("M", bound=PreTrainedModel)


class RefusedModel(ValueError):
    """A folder that must not be loaded, or whose files do not fit together."""


def load_config(source: str) -> PretrainedConfig:
    """Load the configuration of a folder or hub name."""
    check_folder(source)
    return cast(PretrainedConfig, AutoConfig.from_pretrained(source, trust_remote_code=False))


def load_outline(source: str) -> PreTrainedModel:
    """Build the encoder of a folder or hub name on torch's meta device: without weights, in no memory."""
    check_weights(source)
    config = load_config(source)
    with torch.device("meta"):
        model = AutoModel.from_config(config, trust_remote_code=False)  # type: ignore[no-untyped-call]
    return cast(PreTrainedModel, model)


def load_tokenizer(source: str | Path, **options: Any) -> PreTrainedTokenizerBase:
    """Load the tokenizer of a folder or hub name."""
    check_folder(source)
    tokenizer = AutoTokenizer.from_pretrained(source, trust_remote_code=False, **options)
    return cast(PreTrainedTokenizerBase, tokenizer)


def save_tokenizer(tokenizer: PreTrainedTokenizerBase, folder: Path) -> None:
    """Write a tokenizer so that `load_tokenizer` returns the same.

    The vocabulary of a slow tokenizer is copied as it was read: transformers writes that of BERTweet in
    another format than it reads.
    """
    files = {} if tokenizer.is_fast else tokenizer.vocab_files_names
    paths = {name: getattr(tokenizer, kind, None) for kind, name in files.items()}
    contents = {
        name: read_whole(Path(path), most=MAX_VOCABULARY_BYTES)
        for name, path in paths.items()
        if path is not None
    }
    tokenizer.save_pretrained(folder)
    for name, content in contents.items():
        write_file(folder / name, content)


def load_processor(source: str) -> Any:
    """Load the image processor of a folder or hub name."""
    check_folder(source)
    load: Any = AutoImageProcessor.from_pretrained
    return load(source, trust_remote_code=False)


def load_encoder(source: str) -> PreTrainedModel:
    """Load a pretrained encoder in float32.

    Raises:
        RefusedModel: weights other than those of a pooler are missing; they would be random.
    """
    check_weights(source)
    model, found = AutoModel.from_pretrained(
        source,
        dtype=torch.float32,
        trust_remote_code=False,
        use_safetensors=True,
        output_loading_info=True,
    )
    _refuse_missing(name for name in found["missing_keys"] if "pooler" not in name)
    return cast(PreTrainedModel, model)


def load_trained(kind: type[M], folder: Path) -> M:
    """Load a model of ours from the folder that `save_pretrained` wrote.

    Raises:
        RefusedModel: the folder has a model of another kind, or weights that do not fit.
    """
    check_weights(folder)
    wanted = cast(Any, kind.config_class).model_type
    found = _read_settings(folder / CONFIG).get("model_type")
    if found != wanted:
        raise RefusedModel(f"{CONFIG} has a model of type {found!r}; wanted {wanted!r}")
    load: Any = kind.from_pretrained
    model, loading = load(
        folder, trust_remote_code=False, use_safetensors=True, output_loading_info=True
    )
    _refuse_missing(loading["missing_keys"])
    if extra := sorted(loading["unexpected_keys"]):
        raise RefusedModel(
            f"its weights have {len(extra)} that the model has not, such as {extra[0]!r}"
        )
    return cast(M, model)


def check_weights(source: str | Path) -> None:
    """Check a folder, and that it has weights that can be read without running code."""
    check_folder(source)
    folder = Path(source)
    if folder.is_dir() and not any((folder / name).is_file() for name in WEIGHTS):
        pickles = sorted(path.name for path in folder.glob("*.bin"))
        found = f"only {pickles[0]}, a pickle, which can run code" if pickles else "none"
        raise RefusedModel(f"weights: {found}; wanted {WEIGHTS[0]}")


def check_folder(source: str | Path) -> None:
    """Check the JSON files of a folder; a hub name is not checked.

    Raises:
        RefusedModel: there is no configuration, a file is too large or names code to run.
    """
    folder = Path(source)
    if not folder.is_dir():
        return
    for path in sorted(folder.glob("*.json")):
        most = MAX_CONFIG_BYTES if path.name in SETTINGS else MAX_VOCABULARY_BYTES
        if (size := path.stat().st_size) > most:
            raise RefusedModel(f"{path.name}: {size:,} bytes; wanted at most {most:,}")
        if path.name in SETTINGS:
            _refuse_code(path)
    if not (folder / CONFIG).is_file():
        raise RefusedModel(f"no {CONFIG}; wanted the folder of a model of transformers")
    if fault := size_fault(_read_settings(folder / CONFIG)):
        raise RefusedModel(f"{CONFIG}: {fault}")


def _refuse_code(path: Path) -> None:
    settings = _read_settings(path)
    for key in (*CODE, *KERNELS):
        for value in _values(settings, key):
            if value is not None and (key in CODE or "/" in str(value)):
                raise RefusedModel(
                    f"{path.name} has {key!r}, which runs code; wanted a model that transformers"
                    " knows without code of its own"
                )


def _read_settings(path: Path) -> dict[str, Any]:
    try:
        settings = parse_json(read_whole(path, most=MAX_CONFIG_BYTES))
    except (OSError, NotJson) as error:
        raise RefusedModel(f"{path.name}: not JSON: {error}") from error
    if not isinstance(settings, dict):
        raise RefusedModel(f"{path.name}: wanted a JSON object")
    return settings


def _values(settings: object, key: str) -> Iterator[object]:
    """Yield the values of a key at any depth."""
    if isinstance(settings, dict):
        if key in settings:
            yield settings[key]
        for value in settings.values():
            yield from _values(value, key)
    elif isinstance(settings, list):
        for value in settings:
            yield from _values(value, key)


def _refuse_missing(names: Any) -> None:
    if missing := sorted(names):
        raise RefusedModel(f"its weights lack {len(missing)} of the model, such as {missing[0]!r}")
