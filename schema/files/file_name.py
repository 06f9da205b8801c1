"""The names of files: which names of strangers can be used, and the name that a text gives."""

from __future__ import annotations

import re
from typing import Final

MAX_NAME_BYTES: Final = 255
"""On every system that mnerctl runs on; a longer name cannot even be looked up."""
MAX_PATH_BYTES: Final = 4_000
_MADE: Final = 150
"""Bytes of a name that is made of a text; others are added before and after it."""


def is_base_name(name: str) -> bool:
    """Return whether `name` is a plain, printable file name that cannot leave its folder."""
    return (
        0 < _bytes(name) <= MAX_NAME_BYTES
        and not name.startswith(".")
        and name.isprintable()
        and not any(char in name for char in "/\\:")
    )


def base_name_of(text: str) -> str:
    """Return a plain file name made of a text, such as the name of a release; equal if it is one already."""
    plain = re.sub(r"[^\w.+ -]+", "-", text).lstrip(".").strip()
    while _bytes(plain) > _MADE:
        plain = plain[:-1]
    return plain or "unnamed"


def path_fault(path: str) -> str:
    """Return why no file can have this path, or an empty string."""
    if "\0" in path:
        return "it has a NUL character"
    if _bytes(path) > MAX_PATH_BYTES:
        return f"{_bytes(path):,} bytes; wanted at most {MAX_PATH_BYTES:,}"
    longest = max(map(_bytes, path.split("/")))
    return (
        f"a name of {longest:,} bytes; wanted at most {MAX_NAME_BYTES}"
        if longest > MAX_NAME_BYTES
        else ""
    )


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
