"""The pictures of a release, each read and decoded once, in threads: decoding lets others work.

What this does not do: judge; a picture that is missing has no entry, a broken one says why.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ...schema import Release
from ...schema.progress import OnCount

BATCH: Final = 256


@dataclass(frozen=True, slots=True)
class Picture:
    """What the file of an image is.

    size: (width, height), media_type, phash, is_flat: of one that decodes. fault: why it does not.
    """

    sha256: str
    size: tuple[int, int] = (0, 0)
    media_type: str = ""
    phash: str = ""
    is_flat: bool = False
    fault: str = ""


def read_pictures(release: Release, on_picture: OnCount) -> dict[str, Picture]:
    """Image name to picture, of all images that records name and that have a file."""
    names = dict.fromkeys(name for record in release.records() for name in record.images)
    paths = {name: path for name in names if (path := release.image_path(name)).is_file()}
    pictures: dict[str, Picture] = {}
    for batch, read in _read(paths, {}):
        pictures |= zip(batch, read, strict=True)
        on_picture(len(pictures), len(paths))
    return pictures


def _read(
    paths: Mapping[str, Path], known: dict[str, Picture]
) -> Iterable[tuple[list[str], list[Picture]]]:
    names = list(paths)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for start in range(0, len(names), BATCH):
            batch = names[start : start + BATCH]
            yield batch, list(pool.map(lambda name: _picture(paths[name], known), batch))


def _picture(path: Path, known: dict[str, Picture]) -> Picture:
    """`known`: pictures by hash, so that the same bytes are decoded once."""
    from ...schema.picture import PictureFault, verify

    try:
        content = path.read_bytes()
    except OSError as error:
        return Picture("", fault=f"unreadable: {error.strerror}")
    sha256 = hashlib.sha256(content).hexdigest()
    if sha256 not in known:
        try:
            seen = verify(content)
        except PictureFault as fault:
            known[sha256] = Picture(sha256, fault=str(fault))
        else:
            size = (seen.width, seen.height)
            known[sha256] = Picture(sha256, size, seen.media_type, seen.phash, seen.is_flat)
    return known[sha256]
