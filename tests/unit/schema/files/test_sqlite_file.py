"""A database is read without a change to any file beside it, whatever state its last writer left."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from mnerctl.schema import DataError
from mnerctl.schema.files.sqlite_file import copy_of, is_locked, open_private, reading
from support.published import tree

WRITE = """
import os, sqlite3, sys
d = sqlite3.connect(sys.argv[1], isolation_level=None)
d.execute(f"PRAGMA journal_mode = {sys.argv[2]}")
d.execute("CREATE TABLE t (a)")
d.execute("INSERT INTO t VALUES ('kept')")
d.execute("PRAGMA cache_size = 1")
d.execute("BEGIN IMMEDIATE")
d.execute("UPDATE t SET a = zeroblob(100000)")
if sys.argv[3] == "killed":
    os._exit(9)
d.execute("ROLLBACK")
d.close()
"""


@pytest.fixture(params=["wal", "delete"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def written(folder: Path, mode: str, how: str) -> Path:
    path = folder / "a #?%41.db"
    subprocess.run([sys.executable, "-c", WRITE, path, mode, how], check=False)
    for one in (folder, *folder.iterdir()):
        os.utime(one, (10**9, 10**9))
    return path


@pytest.mark.parametrize("how", ["killed", "ended"])
def test_it_reads_what_was_committed_and_changes_nothing(
    tmp_path: Path, mode: str, how: str
) -> None:
    path = written(tmp_path, mode, how)
    assert len(list(tmp_path.iterdir())) == {"wal": 3, "delete": 2}[mode] if how == "killed" else 1
    before = tree(tmp_path), [one.stat().st_mtime_ns for one in (tmp_path, *tmp_path.iterdir())]
    with reading(path) as database:
        assert database.execute("SELECT a FROM t").fetchall() == [("kept",)]
    copy = copy_of(path)
    copy.execute("DELETE FROM t")
    copy.close()
    after = tree(tmp_path), [one.stat().st_mtime_ns for one in (tmp_path, *tmp_path.iterdir())]
    assert after == before


def test_a_log_without_its_index(tmp_path: Path) -> None:
    path = written(tmp_path, "wal", "killed")
    path.with_name(f"{path.name}-shm").unlink()
    copy = copy_of(path)
    assert copy.execute("SELECT a FROM t").fetchall() == [("kept",)]
    copy.close()


def test_it_cannot_write(tmp_path: Path, mode: str) -> None:
    path = written(tmp_path, mode, "ended")
    with reading(path) as database, pytest.raises(sqlite3.OperationalError, match="readonly"):
        database.execute("DELETE FROM t")


def test_a_file_that_changes_while_it_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, "wal", "ended")
    with pytest.raises(DataError, match="another process is writing to it"), reading(path):
        os.utime(path)


def test_a_lock_of_another_process(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"
    assert not is_locked(path) and not path.exists()
    holder = open_private(path)
    assert not is_locked(path)
    holder.execute("BEGIN EXCLUSIVE")
    assert is_locked(path)
    holder.close()
    assert not is_locked(path)
