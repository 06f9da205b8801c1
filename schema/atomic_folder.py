"""Write a new folder so that it appears under its name complete or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import DataError


def refuse_existing(out: Path, what: str, *, hint: str = "give another --out") -> None:
    """Check that writing `out` would replace nothing, before any work is done.

    Args:
        out: folder to write.
        what: kind of the folder for the message, such as "a release".
        hint: what the user can do about it.

    Raises:
        DataError: `out` exists.
    """
    if out.exists():
        raise DataError(f"{out}: exists already; {what} is never overwritten", hint)


@contextmanager
def whole_folder(out: Path) -> Iterator[Path]:
    """Yield a hidden folder beside `out` to write into, and rename it to `out` at the end.

    If the block raises an exception, the hidden folder is deleted.

    Raises:
        DataError: a file or folder cannot be written.
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
