"""Write small published corpora line by line, so that one line can have a fault."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

Lines = Sequence[str | bytes]

MNER_MI_LINE: dict[str, Any] = {
    "id": 1,
    "text": ["Michael", "Jordan", "in", "Paris"],
    "label": ["B-PER", "I-PER", "O", "B-LOC"],
    "images": ["1_0.jpg", "1_1.jpg"],
    "url": "https://twitter.com/a/status/1",
}


def mner_mi_line(**changes: Any) -> str:
    """Return one line of the published MNER-MI, as JSON."""
    return json.dumps(MNER_MI_LINE | changes, ensure_ascii=False)


def mner_mi_folder(folder: Path, *, part: str = "MNER-MI", **files: Lines | None) -> Path:
    """Write the MNER-MI layout.

    Args:
        folder: folder to write.
        part: first part of the file names.
        files: lines of train, val or test; by default one valid line; None leaves the file out.
    """
    for number, name in enumerate(("train", "val", "test"), start=1):
        sound = [mner_mi_line(id=str(number), images=[f"{number}_0.jpg", f"{number}_1.jpg"])]
        _write(folder / "text" / f"{part}_{name}.txt", files.get(name, sound))
    return folder


def twitter_folder(folder: Path, **files: Lines | None) -> Path:
    """Write the layout of Twitter-2017, with the same defaults for train, valid and test."""
    for number, name in enumerate(("train", "valid", "test"), start=1):
        sound = [f"IMGID:{number}", "Ada\tB-PER", "in\tO", "Rome\tB-LOC", ""]
        _write(folder / f"{name}.txt", files.get(name, sound))
    return folder


def tree(folder: Path) -> Mapping[str, bytes | None]:
    """Return every path below a folder with its bytes, None for a folder, to show that nothing changed."""
    return {
        str(path.relative_to(folder)): None if path.is_dir() else path.read_bytes()
        for path in sorted(folder.rglob("*"))
    }


def _write(path: Path, lines: Lines | None) -> None:
    if lines is None:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    pieces = (line.encode() if isinstance(line, str) else line for line in lines)
    path.write_bytes(b"".join(piece + b"\n" for piece in pieces))
