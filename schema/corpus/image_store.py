"""Store the original bytes of images in files named by their SHA-256. Nothing is decoded here."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from typing import Final

from .database import Database, disk_error

IMAGES: Final = "images"
_PARTIAL: Final = ".partial-"


class ImageStore(Database):
    """The image files of an open corpus, in the folder `images/`."""

    def image_path(self, sha256: str, extension: str) -> Path:
        """Return the path of the image with this hash."""
        return self.folder / IMAGES / sha256[:2] / f"{sha256}.{extension}"

    def put_image(self, content: bytes, extension: str) -> str:
        """Store original bytes durably, unless they are stored already, and return their SHA-256."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = self.image_path(sha256, extension)
        if not path.exists():
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                _write_durably(path, content)
            except OSError as error:
                raise disk_error(path, error) from error
        return sha256

    def drop_half_files(self) -> None:
        """Delete the partial files of a run that was killed; no other process may be writing."""
        for partial in self.folder.glob(f"{IMAGES}/*/{_PARTIAL}*"):
            partial.unlink()


def _write_durably(path: Path, content: bytes) -> None:
    """Write the file so that it is complete or absent after a crash."""
    handle, partial = tempfile.mkstemp(dir=path.parent, prefix=_PARTIAL)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    except BaseException:
        Path(partial).unlink(missing_ok=True)
        raise
