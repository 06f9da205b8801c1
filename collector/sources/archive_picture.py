"""The bytes of a picture that lies in an archive."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ..network.download import MOST_BYTES
from ..source import MediaFailure

VARIANT: Final = "archived"


def picture_in(file: Path | None, looked_for: str) -> bytes:
    """Raises MediaFailure where there is no file (`looked_for` says what was not found), or a huge one."""
    if file is None or not file.is_file():
        raise MediaFailure("not_there", f"no {looked_for}", can_retry=True)
    try:
        if file.stat().st_size > MOST_BYTES:
            raise MediaFailure("too_many_bytes", f"{file.name}, wanted at most {MOST_BYTES:,}")
        return file.read_bytes()
    except OSError as error:
        raise MediaFailure("unreadable", f"{file.name}: {error.strerror}", can_retry=True) from None
