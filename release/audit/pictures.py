"""Read and decode each picture of a release once, in threads, which decoding does not block.

A missing picture has no entry, and a broken one has a fault. `picture_files` has the rules about pictures.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from ...schema import Release
from ...schema.metadata.layout import MetadataFault
from ...schema.metadata.strip import strip
from ...schema.progress import OnCount

BATCH: Final = 256


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture file. All fields but the hash are empty where it cannot be decoded.

    Attributes:
        sha256: hash of the file, in hexadecimal; empty where the file cannot be read.
        size: (width, height) in pixels.
        media_type: such as image/jpeg.
        phash: perceptual hash, 64 bits in hexadecimal.
        is_flat: whether the picture has only one shade.
        fault: why it cannot be decoded; empty where it can.
        stripped_sha256: hash of the file without metadata; empty where it has none.
        metadata: the kinds of data that it holds besides the picture, worst first.
    """

    sha256: str
    size: tuple[int, int] = (0, 0)
    media_type: str = ""
    phash: str = ""
    is_flat: bool = False
    fault: str = ""
    stripped_sha256: str = ""
    metadata: tuple[str, ...] = ()

    @property
    def bare_sha256(self) -> str:
        """Hash of the file without metadata, by which the same picture is found in any release."""
        return self.stripped_sha256 or self.sha256


def read_pictures(release: Release, on_picture: OnCount) -> dict[str, Picture]:
    """Return image name to picture, for each image that a record names and that has a file.

    Args:
        release: the release.
        on_picture: progress in pictures.
    """
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
    """Read a picture; `known` maps SHA-256 to picture, so that the same bytes are decoded once."""
    from ...schema.picture import PictureFault, read_picture, verify

    try:
        content = read_picture(path)
    except OSError as error:
        return Picture("", fault=f"unreadable: {error.strerror}")
    sha256 = hashlib.sha256(content).hexdigest()
    if sha256 not in known:
        bare, kinds = _without_metadata(content)
        found = Picture(sha256, stripped_sha256=bare, metadata=kinds)
        try:
            seen = verify(content)
        except PictureFault as fault:
            known[sha256] = replace(found, fault=str(fault))
        else:
            known[sha256] = replace(
                found,
                size=(seen.width, seen.height),
                media_type=seen.media_type,
                phash=seen.phash,
                is_flat=seen.is_flat,
            )
    return known[sha256]


def _without_metadata(content: bytes) -> tuple[str, tuple[str, ...]]:
    """Return the hash without metadata and their kinds; empty if there are none or nothing can be read."""
    try:
        stripped = strip(content)
    except MetadataFault:
        return "", ()
    return hashlib.sha256(stripped.content).hexdigest() if stripped.kinds else "", stripped.kinds
