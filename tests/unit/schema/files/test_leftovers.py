"""Leftovers are known by name and lock; files of running commands and of users are never touched."""

from __future__ import annotations

import errno
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnerctl.schema.files import partial
from mnerctl.schema.files.atomic_write import open_file, temporary_folder, whole_folder, write_file
from mnerctl.schema.files.leftovers import Leftovers, is_temporary, remove_leftovers
from mnerctl.schema.files.partial import CONTENT, LOCK, PREFIX, new_file

NAME = f"{PREFIX}0123456789abcdef"
HOLDER = """
import sys
from pathlib import Path
from mnerctl.schema.files.atomic_write import open_file, temporary_folder, whole_folder
folder = Path(sys.argv[1])
with open_file(folder / "file") as file, whole_folder(folder / "out") as out:
    with temporary_folder(folder / "cache"):
        file.write("text")
        (out / "images").mkdir()
        (out / "images" / "a").write_text("text")
        print("ready", flush=True)
        sys.stdin.read()
"""


def dead_file(folder: Path) -> Path:
    path, handle = new_file(folder, 0o600)
    os.close(handle)
    return path


def dead_folder(path: Path) -> Path:
    (path / CONTENT).mkdir(parents=True)
    (path / CONTENT / "train.jsonl").write_text("text")
    (path / LOCK).touch()
    return path


def tree(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def test_a_running_process_keeps_its_files_and_a_killed_one_does_not(tmp_path: Path) -> None:
    words = [sys.executable, "-c", HOLDER, str(tmp_path)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(words, **pipes, text=True) as process:  # type: ignore[call-overload]
        assert process.stdout.readline() == "ready\n"
        before = tree(tmp_path)
        assert remove_leftovers([], below=[tmp_path]) == Leftovers(running=3)
        write_file(
            tmp_path / "other", "x"
        )  # a writer in the same folder does not touch them either
        assert tree(tmp_path) == sorted([*before, "other"])
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert tree(tmp_path) == sorted([*before, "other"])
    assert remove_leftovers([tmp_path], below=[tmp_path], dry_run=True) == Leftovers(removed=3)
    assert tree(tmp_path) == sorted([*before, "other"])
    assert remove_leftovers([tmp_path], below=[tmp_path]) == Leftovers(removed=3)
    assert tree(tmp_path) == ["cache", "other"]


def folder_without_lock(path: Path) -> None:
    (path / CONTENT).mkdir(parents=True)
    (path / CONTENT / "mine").touch()


def folder_with_more(path: Path) -> None:
    dead_folder(path)
    (path / "mine").touch()


def folder_with_a_link(path: Path) -> None:
    path.mkdir()
    (path / LOCK).symlink_to(path.parent / "target")


NOT_OURS: dict[str, Callable[[Path], object]] = {
    "link": lambda path: path.symlink_to(path.parent / "target"),
    "pipe": os.mkfifo,
    "no lock": folder_without_lock,
    "more": folder_with_more,
    "linked lock": folder_with_a_link,
}


@pytest.mark.parametrize("make", NOT_OURS.values(), ids=NOT_OURS)
def test_what_only_has_the_name_is_left_alone(
    tmp_path: Path, make: Callable[[Path], object]
) -> None:
    (tmp_path / "target").write_text("mine")
    make(tmp_path / NAME)
    before = tree(tmp_path)
    assert remove_leftovers([tmp_path], below=[tmp_path]) == Leftovers()
    assert tree(tmp_path) == before


@pytest.mark.parametrize(
    "name",
    [
        *(".partial-0123456789abcdef", "mnerctl-partial-0123456789abcdef", ".train.jsonl.partial"),
        *(NAME[:-1], f"{NAME}0", f"{NAME}.jsonl", f"x{NAME}", NAME.upper(), f"{NAME[:-1]}g"),
        *(f"{NAME}\n", f"{NAME[:-1]}٣", ".mnerctl-partial-", ".mnerctl", "lock", "content"),
    ],
)
def test_a_name_of_the_user_is_not_ours(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine")
    assert not is_temporary(Path(name))
    assert remove_leftovers([tmp_path], below=[tmp_path]) == Leftovers()
    assert (tmp_path / name).read_text() == "mine"


@settings(max_examples=60)
@given(st.integers(0, len(NAME)), st.text(".-mnafgAF09٣\n /", max_size=3), st.integers(0, 3))
def test_a_changed_name_is_ours_only_if_it_has_the_form(at: int, put: str, cut: int) -> None:
    changed = (NAME[:at] + put + NAME[at + cut :]).replace("/", "")
    digits = changed.removeprefix(PREFIX)
    has_form = changed == PREFIX + digits and len(digits) == 16
    wanted = has_form and set(digits) <= set("0123456789abcdef")
    assert is_temporary(Path("a") / changed / "b") == wanted


def test_each_kind_is_removed_and_counted_once(tmp_path: Path) -> None:
    for name in ("releases", "corpus/images/ab"):
        (tmp_path / name).mkdir(parents=True)
    dead_file(tmp_path / "corpus" / "images" / "ab")
    dead_folder(tmp_path / "releases" / NAME)
    (tmp_path / "releases" / f"{NAME[:-1]}0").mkdir()  # killed before it had its lock
    (tmp_path / "way").symlink_to(tmp_path / "releases")
    places = [tmp_path / "releases", tmp_path / "way", tmp_path / "nowhere"]
    found = remove_leftovers(places, below=[tmp_path / "releases", tmp_path / "corpus"])
    assert found == Leftovers(removed=3)
    assert tree(tmp_path) == ["corpus", "corpus/images", "corpus/images/ab", "releases", "way"]


def test_links_in_a_leftover_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "file").touch()
    folder = dead_folder(tmp_path / NAME)
    (folder / CONTENT / "link").symlink_to(tmp_path / "mine")
    assert remove_leftovers([tmp_path]) == Leftovers(removed=1)
    assert tree(tmp_path) == ["mine", "mine/file"]
    (folder := tmp_path / NAME).mkdir()
    (folder / LOCK).touch()
    (folder / CONTENT).symlink_to(tmp_path / "mine")
    assert remove_leftovers([tmp_path]) == Leftovers(unclear=(folder,))
    assert (tmp_path / "mine" / "file").exists()


def test_a_removal_that_is_killed_is_finished_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = dead_folder(tmp_path / NAME)
    with monkeypatch.context() as patch:
        patch.setattr(partial.shutil, "rmtree", _killed)
        with pytest.raises(KeyboardInterrupt):
            remove_leftovers([tmp_path])
    assert tree(folder) == ["content", "content/train.jsonl", "lock"]
    assert remove_leftovers([tmp_path]) == Leftovers(removed=1)
    assert tree(tmp_path) == []


def _killed(*arguments: object) -> None:
    raise KeyboardInterrupt


def test_without_locks_files_are_written_and_nothing_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On Windows, and on disks without locks."""

    def no_locks(handle: int, *, may_wait: bool) -> None:
        raise OSError(errno.ENOLCK, "no locks")

    left = dead_file(tmp_path)
    for module in ("partial", "leftovers"):
        monkeypatch.setattr(f"mnerctl.schema.files.{module}.take_lock", no_locks)
    write_file(tmp_path / "file", "x")
    with whole_folder(tmp_path / "out"):
        pass
    assert remove_leftovers([tmp_path]) == Leftovers(unclear=(left,))
    assert sorted(path.name for path in tmp_path.iterdir()) == [left.name, "file", "out"]


def test_the_next_writer_removes_what_lies_in_its_folder_and_logs_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def file() -> None:
        with open_file(tmp_path / "file") as out:
            out.write("x")

    def folder() -> None:
        with whole_folder(tmp_path / "out"):
            pass

    def scratch() -> None:
        with temporary_folder(tmp_path) as path:
            assert is_temporary(path)

    logger = logging.getLogger("mnerctl.schema.files.leftovers")
    for number, write in enumerate((file, folder, scratch)):
        dead_file(tmp_path)
        for place in range(number):
            dead_folder(tmp_path / f"{PREFIX}{place:016x}")
        caplog.clear()
        with caplog.at_level(logging.INFO, logger.name):
            write()
        plural = "s" if number else ""
        assert caplog.messages == [
            f"{tmp_path}: {number + 1} leftover{plural} of killed runs removed"
        ]
        assert not [path for path in tmp_path.rglob("*") if is_temporary(path)]
