"""The cache of picture vectors: its folder, and the deletion of the vectors of withdrawn pictures.

`vector_cache.py` fills it. This module loads no torch.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from .forget import CacheTable, forget_rows

FEATURES: Final = "features.db"
VECTORS: Final = CacheTable(
    "vectors", "encoder TEXT, sha256 BLOB, vector BLOB, PRIMARY KEY (encoder, sha256)", "sha256"
)


def cache_folder() -> Path:
    """Return the cache folder: $MNERCTL_CACHE, or `mnerctl` in the user's cache folder."""
    if named := os.environ.get("MNERCTL_CACHE"):
        return Path(named)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "mnerctl"


def forget_vectors(pictures: Iterable[str], *, dry_run: bool = False) -> int:
    """Delete the vectors of these pictures, of all encoders, and return how many there were.

    The file is rewritten, so that none of their bytes stay on disk.

    Args:
        pictures: SHA-256 of the pictures' bytes, in hexadecimal.
        dry_run: count only.
    """
    keys = map(bytes.fromhex, pictures)
    return forget_rows(cache_folder() / FEATURES, VECTORS, keys, dry_run=dry_run)
