"""Find the licence of a corpus in its folder. The result is a hint; a person has to read the terms."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ...schema import Release
from ...schema.files.given_file import open_given

PUBLISHED_WITHOUT: Final = ("MNER-MI", "MNER-MI-Plus")
MOST_BYTES: Final = 65_536
NAMES: Final = ("license", "licence", "copying", "license.md", "licence.md", "license.txt")


def licence_state(release: Release) -> str:
    """Return the name and first words of the licence file, or a phrase that says there is none."""
    for path in _files(release.folder):
        if path.name.lower() in NAMES:
            text = _start(path)
            first = next((line.strip() for line in text.splitlines() if line.strip()), "empty")
            return f"{path.name}: {first[:60]}"
    if release.manifest is None and release.name in PUBLISHED_WITHOUT:
        return "no licence file; the authors' repository has none either"
    return "no licence file"


def _start(path: Path) -> str:
    try:
        with open_given(path) as file:
            return file.read(MOST_BYTES).decode("utf-8", "replace")
    except OSError as error:
        return f"cannot be read: {error.strerror}"


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file())
