"""Read the bytes of a picture file in an archive."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ...schema.files.given_file import read_whole
from ..network.download import MAX_BYTES
from ..source import MediaFailure

VARIANT: Final = "archived"


def read_picture(file: Path | None, wanted: str) -> bytes:
    """Return the bytes of a picture file.

    Args:
        file: path of the picture, or None if the archive does not name one.
        wanted: what to say was not found.

    Raises:
        MediaFailure: the file does not exist, is too large, or cannot be read.
    """
    if file is None or file.is_symlink() or not file.is_file():
        raise MediaFailure("not_there", f"no {wanted}", can_retry=True)
    try:
        if file.stat().st_size > MAX_BYTES:
            raise MediaFailure("too_many_bytes", f"{file.name}, wanted at most {MAX_BYTES:,}")
        return read_whole(file, most=MAX_BYTES)
    except OSError as error:
        raise MediaFailure("unreadable", f"{file.name}: {error.strerror}", can_retry=True) from None
