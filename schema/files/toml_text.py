"""Parse TOML of other people: one kind of error for all that is wrong with it."""

from __future__ import annotations

import tomllib
from typing import Any, Final

MAX_BYTES: Final = 2**20
"""Largest size of a file of settings."""


def parse_toml(content: bytes) -> dict[str, Any]:
    """Return the tables of a TOML file.

    Raises:
        ValueError: it is no TOML in UTF-8.
    """
    try:
        return tomllib.loads(content.decode("utf-8"))
    except RecursionError:
        raise ValueError("nested too deep") from None
