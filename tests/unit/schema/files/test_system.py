"""What Windows lacks is used in known places only, and each is refused there or has another way."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import mnerctl
from mnerctl.schema import UsageError
from mnerctl.schema.files.system import require_posix

PACKAGE = Path(mnerctl.__file__).parent
WINGS = ("annotation", "cli", "collector", "model", "release", "schema")
LACKING = {
    *("fork", "killpg", "setsid", "getpgid", "geteuid", "getuid", "getgid", "chown", "lchown"),
    *("O_NOFOLLOW", "O_DIRECTORY", "O_CLOEXEC", "sysconf", "mkfifo", "fchmod", "fchown", "umask"),
    *("sched_getaffinity", "sched_setaffinity", "statvfs", "dir_fd", "preexec_fn", "SIGHUP"),
    *("SIGKILL", "SIGUSR1", "SIGUSR2", "SIGALRM", "alarm", "setitimer", "pthread_sigmask"),
}
"""Names of `os`, `signal` and `subprocess` that Windows lacks, or that do nothing there."""
MODULES = {"fcntl", "grp", "pwd", "pty", "resource", "syslog", "termios", "tty"}
PLACES = {
    ("annotation/server/process.py", "SIGKILL"): "label serve is refused on Windows",
    ("annotation/server/process.py", "killpg"): "label serve is refused on Windows",
    ("model/machine/memory.py", "resource"): "after the refusal",
    ("model/machine/memory.py", "sysconf"): "only where /proc is, which is Linux",
    ("schema/files/atomic_write.py", "O_NOFOLLOW"): "not on Windows: its folders cannot be opened",
    (
        "schema/files/partial.py",
        "fcntl",
    ): "not on Windows, where files are written without such a lock",
    (
        "schema/files/privacy.py",
        "geteuid",
    ): "not on Windows, where a file has the permissions of its folder",
}
"""(module, name) to the reason why it is no fault on Windows."""


def lacking(source: str) -> Iterator[str]:
    """Yield what a module uses and Windows lacks."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute | ast.keyword):
            name = node.attr if isinstance(node, ast.Attribute) else node.arg
            if name in LACKING:
                yield str(name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names = [one.name for one in node.names]
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            yield from (name for name in names if name in MODULES | LACKING)


def test_every_use_has_a_reason() -> None:
    found = {
        (path.relative_to(PACKAGE).as_posix(), name)
        for wing in WINGS
        for path in (PACKAGE / wing).rglob("*.py")
        for name in lacking(path.read_text(encoding="utf-8"))
    }
    assert found == PLACES.keys()


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import os\nos.killpg(1, 2)", ["killpg"]),
        ("from resource import getrusage", ["resource"]),
        ("import fcntl", ["fcntl"]),
        ("from os import fork", ["fork"]),
        ("import os\nos.open('a', 0, dir_fd=3)", ["dir_fd"]),
        ("import os\nos.replace('a', 'b')", []),
    ],
)
def test_it_finds_them(source: str, names: list[str]) -> None:
    assert list(lacking(source)) == names


@pytest.mark.parametrize("system", ["linux", "darwin", "cygwin"])
def test_a_posix_system(monkeypatch: pytest.MonkeyPatch, system: str) -> None:
    monkeypatch.setattr(sys, "platform", system)
    require_posix("mnerctl label serve")


def test_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(UsageError) as caught:
        require_posix("mnerctl label serve", "do this")
    message = "mnerctl label serve does not work on Windows; wanted Linux or macOS"
    assert (caught.value.message, caught.value.hint) == (message, "do this")
