"""The picture files of a release: what may be copied into one, without metadata.

Every part of mnerctl that copies a picture into a release or an export reads it here.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from ..files.links import is_special, link_problems
from ..metadata.layout import MetadataFault
from ..metadata.strip import strip
from ..picture import begins_as_picture, read_picture
from ..problem import Problem


@dataclass(frozen=True, slots=True)
class ReleasedPicture:
    """A picture as a release has it.

    Attributes:
        content: the file without metadata.
        original: SHA-256 of the file as it was; None if it had no metadata and is unchanged.
    """

    content: bytes
    original: str | None = None


def released_picture(path: Path) -> ReleasedPicture | Problem:
    """Return a picture without metadata, or the row of a file that is no picture.

    Raises:
        FileNotFoundError: there is no file.
    """
    if is_special(path):
        return link_problems([path])[0] if path.is_symlink() else _broken(path, "no regular file")
    content = read_picture(path)
    if not begins_as_picture(content):
        return _broken(path, f"begins with {content[:12]!r}")
    try:
        stripped = strip(content)
    except MetadataFault as fault:
        return _broken(path, str(fault))
    original = hashlib.sha256(content).hexdigest() if stripped.kinds else None
    return ReleasedPicture(stripped.content, original)


def released_hash(path: Path) -> str | None:
    """Return the SHA-256 that a picture has in a release, or None if a release cannot have the file."""
    try:
        picture = released_picture(path)
    except OSError:
        return None
    if isinstance(picture, Problem):
        return None
    return hashlib.sha256(picture.content).hexdigest()


def _broken(path: Path, found: str) -> Problem:
    return Problem("error", "image-broken", str(path), found, "a JPEG, PNG, WebP or GIF")
