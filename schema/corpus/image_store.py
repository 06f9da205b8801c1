"""Store the original bytes of images in files named by their SHA-256. Nothing is decoded here."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ..errors import AGAIN, disk_error
from ..files.atomic_write import write_file
from ..files.links import unlinked
from ..files.partial import PREFIX
from ..files.privacy import make_private_folder
from .database import Database

IMAGES: Final = "images"
EARLIER_PREFIX: Final = ".partial-"


class ImageStore(Database):
    """The image files of an open corpus, in the folder `images/`."""

    def image_path(self, sha256: str, extension: str) -> Path:
        """Return the path of the image with this hash."""
        return self.folder / IMAGES / sha256[:2] / f"{sha256}.{extension}"

    def stored_image(self, sha256: str, extension: str) -> Path:
        """Return the path of the image with this hash to read it: one without a file if it is a link."""
        return unlinked(self.image_path(sha256, extension))

    def put_image(self, content: bytes, extension: str) -> str:
        """Store original bytes durably, unless they are stored already, and return their SHA-256."""
        self.refuse_copy()
        sha256 = hashlib.sha256(content).hexdigest()
        path = self.image_path(sha256, extension)
        if path.is_symlink() or not path.exists():
            try:
                make_private_folder(path.parent.parent)
                make_private_folder(path.parent)
            except OSError as error:
                raise disk_error(path, error) from error
            write_file(path, content, is_private=True, hint=AGAIN)
        return sha256

    def drop_half_files(self, starts: Sequence[str] = (PREFIX, EARLIER_PREFIX)) -> int:
        """Delete the half-written pictures of killed runs, and return how many there were.

        Args:
            starts: how their names begin.

        A dry run only counts. Only the one writer of the corpus may call this. It needs no locks on files,
        and also finds the files of versions that had none.
        """
        left = [path for start in starts for path in self.folder.glob(f"{IMAGES}/*/{start}*")]
        for path in () if self.is_copy else left:
            path.unlink(missing_ok=True)
        return len(left)
