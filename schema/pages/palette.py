"""The colours that all HTML pages share: page neutrals, levels and entity types, light and dark.

A colour that only one page uses is defined in that page instead.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def palette_css() -> str:
    """Return the CSS that defines the custom properties, such as `--ink`, `--fail` and `--PER`."""
    return files(__package__).joinpath("palette.css").read_text(encoding="utf-8")
