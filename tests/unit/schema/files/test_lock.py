"""A lock between processes: one holds it, others fail or wait, and it is free after its holder is killed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mnerctl.schema import DataError
from mnerctl.schema.files.lock import folder_lock, lock, reader_lock

HOLD = """
import sys
from pathlib import Path
from mnerctl.schema.files.lock import lock
with lock(Path(sys.argv[1])) as is_ours:
    print(is_ours, flush=True)
    sys.stdin.readline()
"""


@contextmanager
def another(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Start a process that holds the lock until it reads a line."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "True\n"
        yield process
        process.kill()


def test_only_one_process_holds_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"
    with another(path) as process:
        with lock(path) as is_ours:
            assert not is_ours
        process.kill()
        process.wait()
        with lock(path) as is_ours:
            assert is_ours
    with lock(path) as is_ours, lock(path) as is_twice, lock(tmp_path / "b.lock") as is_other:
        assert (is_ours, is_twice, is_other) == (True, False, True)


def test_a_waiting_process_gets_the_lock_when_the_holder_ends(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"
    with another(path) as process:

        def let_it_end() -> None:
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()

        with lock(path, on_wait=let_it_end) as is_ours:
            assert is_ours
            assert process.wait() == 0


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    path = tmp_path / "gone" / "a.lock"
    with pytest.raises(DataError, match=str(path)), lock(path):
        pass


def test_the_lock_of_a_folder_is_beside_it_however_it_is_spelled(tmp_path: Path) -> None:
    folder = tmp_path / "1.0.0"
    folder.mkdir()
    (tmp_path / "link").symlink_to(folder)
    with folder_lock(tmp_path / "link"):
        with lock(tmp_path / ".lock-1.0.0") as is_ours:
            assert not is_ours
        assert list(folder.iterdir()) == []
    with reader_lock(folder), lock(tmp_path / ".lock-1.0.0") as is_ours:
        assert not is_ours


def test_a_folder_on_a_disk_that_cannot_be_written_is_read_without_a_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda path, mode: False)
    with reader_lock(tmp_path / "1.0.0"):
        assert list(tmp_path.iterdir()) == []
