"""The image half of the corpus: original bytes under their SHA-256. What a picture shows is not looked at."""

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
    """The files below `images/`."""

    def image_path(self, sha256: str, extension: str) -> Path:
        """Where the original bytes with this hash are kept."""
        return self.folder / IMAGES / sha256[:2] / f"{sha256}.{extension}"

    def put_image(self, content: bytes, extension: str) -> str:
        """Stores original bytes under their SHA-256 (returned), durably; twice is once."""
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
        """Removes what a run that was killed left; nobody else may be writing."""
        for partial in self.folder.glob(f"{IMAGES}/*/{_PARTIAL}*"):
            partial.unlink()


def _write_durably(path: Path, content: bytes) -> None:
    """The file is whole or not there, whatever happens."""
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
