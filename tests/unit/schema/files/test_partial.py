"""Temporary files are locked before they can be taken for leftovers; writers do not disturb each other."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from mnerctl.schema.files import partial
from mnerctl.schema.files.atomic_write import whole_folder, write_file
from mnerctl.schema.files.leftovers import Leftovers, is_temporary, remove_leftovers
from mnerctl.schema.files.partial import hidden_folder, new_file


@pytest.mark.parametrize("make", ["file", "folder"])
def test_a_maker_whose_file_was_taken_for_a_leftover_makes_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: str
) -> None:
    """Between its creation and its lock, another process may see a file that is not locked."""
    locks = []
    take = partial.take_lock

    def late(handle: int, *, may_wait: bool) -> None:
        locks.append(handle)
        if len(locks) == 1:
            assert remove_leftovers([tmp_path]).removed == 1
        take(handle, may_wait=may_wait)

    monkeypatch.setattr(partial, "take_lock", late)
    with ExitStack() as stack:
        if make == "file":
            path, handle = new_file(tmp_path, 0o600)
            stack.callback(os.close, handle)
        else:
            path = stack.enter_context(hidden_folder(tmp_path)).parent
        assert len(locks) == 2
        assert [one.name for one in tmp_path.iterdir()] == [path.name]
        assert remove_leftovers([tmp_path]) == Leftovers(running=1)


def test_writers_in_one_folder_never_disturb_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", lambda handle: None)

    def write(number: int) -> None:
        if number % 3:
            write_file(tmp_path / f"file-{number}", str(number))
        else:
            with whole_folder(tmp_path / f"out-{number}") as out:
                (out / "file").write_text(str(number))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(150)))
    assert len(list(tmp_path.iterdir())) == 150
    assert not [path for path in tmp_path.rglob("*") if is_temporary(path)]
