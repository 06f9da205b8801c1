"""A file or folder appears complete or not at all; no link is written through; errors are DataErrors."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from mnerctl.schema import DataError
from mnerctl.schema.files import partial as module
from mnerctl.schema.files.atomic_write import (
    HINT,
    add_file,
    move_into,
    open_added,
    open_file,
    open_log,
    refuse_existing,
    temporary_folder,
    update_folder,
    whole_folder,
    write_file,
)
from mnerctl.schema.files.partial import PREFIX


def test_an_existing_folder_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    with pytest.raises(DataError) as caught:
        refuse_existing(tmp_path / "made", "a report")
    assert caught.value.message == f"{tmp_path}/made: exists already; a report is never overwritten"
    assert caught.value.hint == "give another --out"
    refuse_existing(tmp_path / "other", "a report")
    assert not (tmp_path / "other").exists()


def test_a_folder_is_brought_up_to_a_new_one_file_by_file(tmp_path: Path) -> None:
    folder = tmp_path / "old"
    for name, content in {"a": "same", "b": "old", "in/c": "gone", "mine": "mine"}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    before = (folder / "a").stat()
    with temporary_folder(tmp_path) as new:
        for name, content in {"a": "same", "b": "new", "deep/d": "added"}.items():
            (new / name).parent.mkdir(exist_ok=True)
            (new / name).write_text(content)
        update_folder(folder, new, ("a", "b", "deep/d"), earlier=("a", "b", "in/c", "lost"))
    found = {path.name: path.read_text() for path in folder.rglob("*") if path.is_file()}
    assert found == {"a": "same", "b": "new", "d": "added", "mine": "mine"}
    assert (folder / "a").stat() == before
    assert list(tmp_path.iterdir()) == [folder]


@pytest.mark.parametrize("names", [("key",), ()], ids=["replaced", "deleted"])
def test_no_link_of_a_folder_is_followed_or_deleted(tmp_path: Path, names: tuple[str, ...]) -> None:
    folder, secret = tmp_path / "old", tmp_path / "secret"
    folder.mkdir()
    secret.write_text("secret")
    (folder / "key").symlink_to(secret)
    with temporary_folder(tmp_path) as new:
        (new / "key").write_text("x")
        with pytest.raises(DataError, match="a link is never written through"):
            update_folder(folder, new, names, earlier=("key",))
    assert secret.read_text() == "secret" and (folder / "key").is_symlink()


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


def test_a_file_replaces_an_earlier_one(tmp_path: Path) -> None:
    write_file(tmp_path / "file", "é\n")
    assert (tmp_path / "file").read_bytes() == b"\xc3\xa9\n"
    write_file(tmp_path / "file", b"\xff")
    assert (tmp_path / "file").read_bytes() == b"\xff"
    with open_file(tmp_path / "file") as file:
        file.write("é\n")
        file.write("b\n")
        assert (tmp_path / "file").read_bytes() == b"\xff"
    assert (tmp_path / "file").read_bytes() == b"\xc3\xa9\nb\n"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_permissions_are_those_of_the_earlier_file(tmp_path: Path) -> None:
    def mode(name: str) -> int:
        return stat.S_IMODE((tmp_path / name).stat().st_mode)

    before = os.umask(0o027)
    try:
        write_file(tmp_path / "page", "x")
        write_file(tmp_path / "login", "x", is_private=True)
        assert (mode("page"), mode("login")) == (0o640, 0o600)
        (tmp_path / "page").chmod(0o604)
        write_file(tmp_path / "page", "y")
        assert mode("page") == 0o604
    finally:
        os.umask(before)


def test_a_failure_changes_no_file(tmp_path: Path) -> None:
    write_file(tmp_path / "file", "before")
    with pytest.raises(KeyboardInterrupt), open_file(tmp_path / "file") as file:
        file.write("half")
        file.flush()
        raise KeyboardInterrupt
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"file": "before"}


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        write_file(tmp_path / "none" / "file", "x")
    assert caught.value.message == f"{tmp_path}/none/file: No such file or directory"
    assert caught.value.hint == HINT
    (tmp_path / "folder").mkdir()
    with pytest.raises(DataError, match="Is a directory"):
        write_file(tmp_path / "folder", "x")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def _stream(path: Path) -> None:
    with open_file(path) as file:
        file.write("x")


def _folder(path: Path) -> None:
    with whole_folder(path):
        pass


WRITERS: dict[str, Callable[[Path], object]] = {
    "write_file": lambda path: write_file(path, "x"),
    "open_file": _stream,
    "open_log": open_log,
    "whole_folder": _folder,
    "refuse_existing": lambda path: refuse_existing(path, "a report"),
}


@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
@pytest.mark.parametrize("target", ["profile", "nothing", "folder"])
def test_no_link_is_written_through(
    tmp_path: Path, write: Callable[[Path], object], target: str
) -> None:
    (tmp_path / "profile").write_text("mine")
    (tmp_path / "folder").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / target)
    with pytest.raises(DataError) as caught:
        write(tmp_path / "out")
    assert caught.value.message == f"{tmp_path}/out: a link; a link is never written through"
    assert (tmp_path / "profile").read_text() == "mine" and (tmp_path / "out").is_symlink()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "out", "profile"]
    assert list((tmp_path / "folder").iterdir()) == []


def test_a_link_under_the_temporary_name_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even where somebody guesses the random name."""
    monkeypatch.setattr(module.secrets, "token_hex", lambda size: "0" * 16)
    guessed = tmp_path / f"{PREFIX}{'0' * 16}"
    (tmp_path / "profile").write_text("mine")
    guessed.symlink_to(tmp_path / "profile")
    with pytest.raises(DataError, match="File exists"):
        write_file(tmp_path / "file", "theirs")
    assert (tmp_path / "profile").read_text() == "mine"
    assert not (tmp_path / "file").exists() and guessed.is_symlink()


def test_a_file_added_to_a_new_folder_replaces_nothing(tmp_path: Path) -> None:
    (tmp_path / "profile").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "profile")
    for write in (
        lambda path: add_file(path, "x"),
        open_added,
        lambda path: move_into(tmp_path, path),
    ):
        for name in ("profile", "link"):
            with pytest.raises(FileExistsError):
                write(tmp_path / name)
    assert (tmp_path / "profile").read_text() == "mine"


def test_a_folder_with_a_link_never_appears(tmp_path: Path) -> None:
    (tmp_path / "profile").write_text("mine")
    with pytest.raises(DataError), whole_folder(tmp_path / "out") as partial:
        (partial / "file").symlink_to(tmp_path / "profile")
    assert [path.name for path in tmp_path.iterdir()] == ["profile"]


def test_everything_is_stored_before_it_gets_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bytes of a file, then its name; all files and folders of a folder, then its name."""
    stored: list[str] = []

    def fsync(handle: int) -> None:
        path = Path(os.readlink(f"/proc/self/fd/{handle}"))
        names = sorted(found.name for found in tmp_path.iterdir())
        stored.append(f"{path.relative_to(tmp_path)} of {', '.join(names)}")

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(module.secrets, "token_hex", lambda size: "1")
    hidden = f"{PREFIX}1"
    write_file(tmp_path / "file", "x")
    assert stored == [f"{hidden} of {hidden}", ". of file"]
    stored.clear()
    (tmp_path / "file").unlink()
    with whole_folder(tmp_path / "out") as partial:
        (partial / "images").mkdir()
        add_file(partial / "images" / "a", b"x")
    assert stored == [
        *(f"{hidden}/content{name} of {hidden}" for name in ("", "/images/a", "/images")),
        f". of {hidden}, out",
    ]


def test_a_log_is_emptied_and_can_be_read_while_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("before")
    with open_log(tmp_path / "log") as log:
        log.write(b"now")
        log.flush()
        assert (tmp_path / "log").read_text() == "now"
