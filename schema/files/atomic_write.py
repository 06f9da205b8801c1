"""Write files and folders so that each appears under its name complete or not at all.

All writing of the package goes through this module; a test forbids every other way. Temporary files and
folders are created exclusively, under a random name beside their target, so that a link that someone left
under a guessed name is never followed. They are locked while their process lives: before anything is written
into a folder, those that killed runs left there are removed (`leftovers.py`). A target that is a link is
refused, never written through.

`write_file` and `open_file` put a file in place of an earlier one. `whole_folder` makes a folder, and
`add_file` and `open_added` write into it. `update_folder` brings a folder up to a new one. Everything is on
the disk (fsync) before it gets its name, and the name is there when the function returns. `temporary_folder`
makes a folder that is deleted at the end.
"""

from __future__ import annotations

import filecmp
import os
import shutil
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import BinaryIO, Final, TextIO

from ..errors import DataError
from .leftovers import clear_place
from .links import refuse_link
from .partial import hidden_folder, new_file
from .privacy import private_mode
from .system import is_windows

HINT: Final = "check the folder's permissions and space"


def refuse_existing(out: Path, what: str, *, hint: str = "give another --out") -> None:
    """Check that writing `out` would replace nothing, before any work is done.

    Args:
        out: folder to write.
        what: kind of the folder for the message, such as "a release".
        hint: what the user can do about it.

    Raises:
        DataError: `out` exists, or it is a link.
    """
    refuse_link(out)
    if out.exists():
        raise DataError(f"{out}: exists already; {what} is never overwritten", hint)


def write_file(
    path: Path, content: bytes | str, *, is_private: bool = False, hint: str = HINT
) -> None:
    """Write a file completely, in place of an earlier one, or not at all. Text is written as UTF-8.

    Args:
        path: the file. If it exists, it keeps its permissions.
        content: what to write.
        is_private: whether only the user, or the group of a shared folder, may read a new file.
        hint: what helps where the file cannot be written.

    Raises:
        DataError: the path is a link, or the file cannot be written.
    """
    with _replaced(path, is_private=is_private, hint=hint) as file:
        file.write(content.encode() if isinstance(content, str) else content)


@contextmanager
def open_file(path: Path) -> Iterator[TextIO]:
    """Open a text file for writing; at the end of the block it takes the place of an earlier one.

    If the block raises an exception, nothing is changed. Text is written as UTF-8 with LF.

    Raises:
        DataError: the path is a link, or the file cannot be written.
    """
    with (
        _replaced(path) as file,
        open(file.fileno(), "w", encoding="utf-8", newline="\n", closefd=False) as text,
    ):
        yield text


@contextmanager
def whole_folder(
    out: Path, *, only_if: AbstractContextManager[None] | None = None
) -> Iterator[Path]:
    """Yield a hidden folder beside `out` to write into, and rename it to `out` at the end.

    If the block raises an exception, the hidden folder is deleted.

    Args:
        out: the folder.
        only_if: entered for the moment of the rename; if it raises an exception, nothing is kept. It holds
            off commands that remove posts from what the folder was made of.

    Raises:
        DataError: `out` is a link, or a file or folder cannot be written.
    """
    refuse_link(out)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        clear_place(out.parent)
        with hidden_folder(out.parent) as partial:
            yield partial
            partial.chmod(0o755)
            _store_tree(partial)
            with only_if or nullcontext():
                partial.rename(out)
            _store(out.parent)
    except OSError as error:
        raise DataError(
            f"{error.filename or out}: {error.strerror}; nothing of {out} was kept",
            "check the path, its permissions and the space, then run the same command again",
        ) from error


@contextmanager
def temporary_folder(parent: Path) -> Iterator[Path]:
    """Yield a new hidden folder in `parent`, which only the user can read, and delete it at the end.

    Raises:
        DataError: it cannot be created.
    """
    with ExitStack() as stack:
        try:
            parent.mkdir(parents=True, exist_ok=True)
            clear_place(parent)
            hidden = stack.enter_context(hidden_folder(parent))
        except OSError as error:
            raise DataError(f"{error.filename or parent}: {error.strerror}", HINT) from error
        yield hidden


def add_file(path: Path, content: bytes | str) -> None:
    """Write a new file of a folder that `whole_folder` makes, which also brings it to the disk.

    Raises:
        OSError: the file exists or cannot be written.
    """
    with path.open("xb") as file:
        file.write(content.encode() if isinstance(content, str) else content)


def update_folder(folder: Path, new: Path, names: Sequence[str], *, earlier: Iterable[str]) -> None:
    """Replace each file of a folder by that of a temporary folder, one after the other, where they differ.

    Args:
        folder: the folder.
        new: a folder of `temporary_folder` beside it, with all files of `names`.
        names: paths in both folders; the last one is replaced last.
        earlier: paths that the folder may have; those that are not in `names` are deleted first.

    Raises:
        DataError: a path in the folder is a link, or a file cannot be written or deleted.
    """
    path = folder
    try:
        for name in sorted(set(earlier) - set(names)):
            refuse_link(path := folder / name)
            path.unlink(missing_ok=True)
        for name in names:
            refuse_link(path := folder / name)
            if not path.is_file() or not filecmp.cmp(path, new / name, shallow=False):
                path.parent.mkdir(parents=True, exist_ok=True)
                _store(new / name)
                os.replace(new / name, path)
                _store(path.parent)
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}", HINT) from error


def open_added(path: Path) -> TextIO:
    """Open a new text file of a folder that `whole_folder` makes. Text is written as UTF-8 with LF.

    Raises:
        OSError: the file exists or cannot be written.
    """
    return path.open("x", encoding="utf-8", newline="\n")


def open_added_binary(path: Path) -> BinaryIO:
    """Open a new file of a folder that `whole_folder` makes.

    Raises:
        OSError: the file exists or cannot be written.
    """
    return path.open("xb")


def open_log(path: Path) -> BinaryIO:
    """Open an empty file in place of an earlier one, to write while others read it.

    Raises:
        DataError: the path is a link, or the file cannot be written.
    """
    refuse_link(path)
    try:
        path.unlink(missing_ok=True)
        return path.open("xb")
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}", HINT) from error


def move_into(source: Path, target: Path) -> None:
    """Move a folder that mnerctl made into a folder that `whole_folder` makes.

    Raises:
        OSError: it cannot be moved.
    """
    if os.path.lexists(target):
        raise FileExistsError(17, "File exists", str(target))
    shutil.move(source, target)


@contextmanager
def _replaced(path: Path, *, is_private: bool = False, hint: str = HINT) -> Iterator[BinaryIO]:
    """Yield a temporary file beside `path`, and rename it to `path` at the end."""
    refuse_link(path)
    try:
        clear_place(path.parent)
        partial, handle = new_file(path.parent, 0o600 if is_private else 0o666)
        try:
            with open(handle, "wb") as file:
                yield file
                file.flush()
                if mode := _mode(path) or (is_private and private_mode(path.parent)):
                    partial.chmod(mode)
                os.fsync(file.fileno())
                if not is_windows():
                    os.replace(partial, path)  # it is locked until it has its name
            if is_windows():
                os.replace(partial, path)  # an open file cannot be renamed there
        except BaseException:
            partial.unlink(missing_ok=True)
            raise
        _store(path.parent)
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}", hint) from error


def _mode(path: Path) -> int:
    """Return the permissions of a file, 0 if it does not exist."""
    try:
        return stat.S_IMODE(path.lstat().st_mode) & 0o777
    except FileNotFoundError:
        return 0


def _store_tree(folder: Path) -> None:
    """Bring all files and folders below `folder` to the disk.

    Done at the end, when most of the data are on their way, this takes a fraction of the time that it takes
    after each file.
    """
    for parent, _, names in os.walk(folder):
        for name in names:
            _store(Path(parent, name))
        _store(Path(parent))


def _store(path: Path) -> None:
    """Bring a file or folder to the disk. Windows can do this for open files only."""
    if is_windows():
        return
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
