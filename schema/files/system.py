"""What needs a POSIX system (Linux, macOS) and is refused on Windows, before anything is done.

docs/how-to/install.md lists what each system can do. A test finds every use of what Windows lacks.
"""

from __future__ import annotations

import sys
from typing import Final

from ..errors import UsageError

NAMES: Final = {"win32": "Windows", "cygwin": "Cygwin", "darwin": "macOS", "linux": "Linux"}
IN_WSL: Final = "run it on Linux or macOS, or on Windows in WSL: docs/how-to/install.md"


def is_windows() -> bool:
    """Return whether this is Windows, which has no permissions, signals and folders like POSIX systems."""
    return sys.platform == "win32"


def require_posix(what: str, hint: str = IN_WSL) -> None:
    """Check that this is a POSIX system.

    Args:
        what: what needs one, for the message.
        hint: what the user can do instead.

    Raises:
        UsageError: it is not.
    """
    if is_windows():
        name = NAMES.get(sys.platform, sys.platform)
        raise UsageError(f"{what} does not work on {name}; wanted Linux or macOS", hint)
