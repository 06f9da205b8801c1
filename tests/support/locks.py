"""Read lock files of pip, with every package pinned and hashed, and constraints.txt."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

_LINE = re.compile(r"([A-Za-z0-9._-]+)==([^\s;*]+)(?: ; (.+?))?((?: --hash=sha256:[0-9a-f]+)*)")


class Locked(NamedTuple):
    """A package: its version, its condition ("" if it has none) and the number of its hashes."""

    version: str
    condition: str
    hashes: int


def locked(path: Path) -> dict[str, Locked]:
    """Return the packages of a lock file by their normal names. Raises ValueError for any other line."""
    text = re.sub(r"\s*\\\n\s+", " ", path.read_text(encoding="utf-8"))
    found = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            if not (match := _LINE.fullmatch(line)):
                raise ValueError(line)
            name, version, condition, hashes = match.groups()
            found[normal(name)] = Locked(version, condition or "", hashes.count("sha256:"))
    return found


def one_version(path: Path) -> dict[str, str]:
    """Return the packages of constraints.txt by their normal names."""
    pairs = (line.split("==") for line in path.read_text(encoding="utf-8").splitlines())
    return {normal(name): version for name, version in pairs}


def normal(name: str) -> str:
    """Return the name as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()
