"""A folder appears complete or not at all, and a file system error becomes a DataError."""

from __future__ import annotations

from pathlib import Path

import pytest

from mnerctl.schema import DataError
from mnerctl.schema.atomic_write import refuse_existing, whole_folder


def test_an_existing_folder_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    with pytest.raises(DataError) as caught:
        refuse_existing(tmp_path / "made", "a report")
    assert caught.value.message == f"{tmp_path}/made: exists already; a report is never overwritten"
    assert caught.value.hint == "give another --out"
    refuse_existing(tmp_path / "other", "a report")
    assert not (tmp_path / "other").exists()


def test_the_folder_appears_at_the_end_and_nothing_else_does(tmp_path: Path) -> None:
    with whole_folder(tmp_path / "a" / "out") as partial:
        (partial / "file").write_text("x")
        assert not (tmp_path / "a" / "out").exists()
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["out"]
    assert (tmp_path / "a" / "out" / "file").read_text() == "x"
    assert (tmp_path / "a" / "out").stat().st_mode & 0o777 == 0o755


def test_a_failure_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), whole_folder(tmp_path / "out") as partial:
        (partial / "file").write_text("x")
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_a_path_that_cannot_be_created_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    out = tmp_path / "file" / "out"
    with pytest.raises(DataError) as caught, whole_folder(out):
        pytest.fail("there is nothing to write into")
    assert caught.value.message == f"{tmp_path}/file: File exists; nothing of {out} was kept"
