"""A folder that appears whole under its name, or not at all: releases, reports, made posts."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import DataError


@contextmanager
def whole_folder(out: Path) -> Iterator[Path]:
    """A hidden folder beside `out` to write into; it is renamed to `out` when the block ends well.

    Where the block raises, nothing stays. Raises DataError where the disk refuses.
    """
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
        try:
            yield partial
            partial.chmod(0o755)
            partial.rename(out)
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise
    except OSError as error:
        raise DataError(
            f"{error.filename or out}: {error.strerror}; nothing of {out} was kept",
            "check the path, its permissions and the space, then run the same command again",
        ) from error
