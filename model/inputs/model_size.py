"""Judge by the numbers in a `config.json` whether a model is of a size that exists.

A model is built in memory before its weights are compared with it, so a number that nobody can mean, such as
a width of a billion, must be found before. No library is asked here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

MAX_CONFIG_BYTES: Final = 8 * 2**20
MAX_LAYERS: Final = 1_000
MAX_PARAMETERS: Final = 4 * 10**9
"""Of one matrix, and of a matrix in every layer; 16 gigabytes in float32."""
_LAYERS: Final = ("layer", "depth", "blocks")
_WIDTHS: Final = ("hidden_size", "d_model", "n_embd", "dim", "embed_dim")
_NO_SIZES: Final = ("_id", "_ids", "2id", "max_length", "seed")


def size_fault(settings: dict[str, Any]) -> str:
    """Return what is absurd about the sizes of a model, or an empty string.

    Args:
        settings: the content of `config.json`.
    """
    for part in _parts(settings):
        sizes = [
            (number, key)
            for key, value in part.items()
            if not key.endswith(_NO_SIZES)
            for number in _numbers(value)
        ]
        layers = [size for size in sizes if any(word in size[1] for word in _LAYERS)]
        depth = sum(number for number, _ in layers)
        if depth > MAX_LAYERS:
            return f"{max(layers)[1]} = {max(layers)[0]}; wanted at most {MAX_LAYERS:,} layers"
        others = sorted(set(sizes) - set(layers), reverse=True) or [(0, "")]
        widths = [number for number, key in others if key in _WIDTHS]
        width = max(widths) if widths else others[:2][-1][0]
        largest, name = others[0]
        if width * max(largest, width * depth) > MAX_PARAMETERS:
            return f"{name} = {largest}; wanted matrices of at most {MAX_PARAMETERS:,} numbers"
    return ""


def _parts(settings: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the settings and the settings of the models inside, such as `text_config`."""
    yield settings
    for key, value in settings.items():
        if isinstance(value, dict) and not key.endswith(_NO_SIZES):
            yield from _parts(value)


def _numbers(value: object) -> Iterator[int]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, int) and not isinstance(one, bool):
            yield one
