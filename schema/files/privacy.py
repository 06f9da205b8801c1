"""Who may read what mnerctl keeps: the user alone, or the group of a shared folder. The umask plays no part.

A folder is shared if its group may write to it and new files take its group (the setgid bit, `chmod 2770`).
What is made in it is for the user and that group; what is made in any other folder is for the user alone.
Windows has no such permissions: a file there has those of its folder.
"""

from __future__ import annotations

import os
import stat
from errno import ENOTDIR
from pathlib import Path
from threading import Lock
from typing import Final

from .system import is_windows

_ALONE: Final = 0o600
_GROUP: Final = 0o660
_SHARED: Final = stat.S_ISGID | stat.S_IWGRP
_PERMISSIONS: Final = 0o777
_MAKING: Final = Lock()
"""So that no other thread sees a folder before it has its permissions."""


def private_mode(folder: Path) -> int:
    """Return the permissions of a private file in a folder: 0600, or 0660 if the folder is shared."""
    return _GROUP if folder.stat().st_mode & _SHARED == _SHARED else _ALONE


def make_private_file(path: Path) -> None:
    """Make an empty private file, unless there is one.

    Raises:
        OSError: it cannot be made.
    """
    if os.path.lexists(path):
        return  # also where nothing can be made
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, _ALONE)
    except FileExistsError:
        return
    os.close(handle)
    path.chmod(private_mode(path.parent))


def make_private_folder(path: Path) -> None:
    """Make a private folder, unless there is one: 0700, or 2770 in a shared folder.

    Folders above it are made as the umask says.

    Raises:
        OSError: it cannot be made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:  # says Python where a file is in the place of a folder
        raise NotADirectoryError(ENOTDIR, os.strerror(ENOTDIR), error.filename) from error
    with _MAKING:
        try:
            path.mkdir(mode=0o700)
        except FileExistsError:
            if not path.is_dir():
                raise
            return
        path.chmod(0o2770 if private_mode(path.parent) == _GROUP else 0o700)


def tighten(path: Path) -> None:
    """Take a file of the user from everybody who may not read a private file in its folder.

    Files of other users, and files that do not exist, stay as they are.
    """
    try:
        about = path.lstat()
        if is_windows() or not stat.S_ISREG(about.st_mode) or about.st_uid != os.geteuid():
            return
        mode = stat.S_IMODE(about.st_mode) & _PERMISSIONS
        if mode & ~private_mode(path.parent):
            path.chmod(mode & private_mode(path.parent))
    except FileNotFoundError:
        return
