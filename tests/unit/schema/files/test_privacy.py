"""What mnerctl keeps is for the user alone, or for the group of a shared folder, whatever the umask is."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from mnerctl.model.chat.answers import AnswerCache
from mnerctl.schema import Corpus
from mnerctl.schema.files.privacy import make_private_file, make_private_folder, tighten
from support.corpora import drawn_image, made_post


def modes(folder: Path) -> dict[str, str]:
    """Return the permissions of a folder and of everything in it."""
    found = {path: path.stat().st_mode for path in (folder, *folder.rglob("*"))}
    return {
        path.relative_to(folder.parent).as_posix(): oct(stat.S_IMODE(mode))
        for path, mode in found.items()
    }


@pytest.fixture(params=[0o000, 0o022, 0o077, 0o777], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def fill(folder: Path) -> dict[str, str]:
    """Make a corpus with a picture and return the permissions while it is open."""
    with Corpus.open(folder, create=True) as corpus, corpus.only_writer():
        corpus.put_post(made_post("1", "one"))
        drawn_image(corpus, 0, size=(9, 9), colour="red")
        return modes(folder)


def test_a_corpus_is_private(tmp_path: Path, umask: int) -> None:
    found = fill(tmp_path / "corpus")
    folders = {name for name, mode in found.items() if mode == "0o700"}
    assert {"corpus", "corpus/images"} < folders and len(folders) == 3
    assert {"corpus/corpus.db", "corpus/corpus.db-wal", "corpus/corpus.db-shm"} < found.keys()
    settings = found.pop("corpus/mnerctl.toml")  # no person is in it
    assert settings == oct(0o666 & ~umask)
    assert {mode for name, mode in found.items() if name not in folders} == {"0o600"}


def test_a_shared_folder_shares_with_its_group(tmp_path: Path, umask: int) -> None:
    folder = tmp_path / "corpus"
    folder.mkdir()
    folder.chmod(0o2770)
    found = fill(folder)
    del found["corpus/mnerctl.toml"]
    assert set(found.values()) == {"0o2770", "0o660"}


def test_the_folder_of_the_user_keeps_its_permissions(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir(mode=0o755)
    (tmp_path / "corpus").chmod(0o755)
    found = fill(tmp_path / "corpus")
    assert (found["corpus"], found["corpus/corpus.db"]) == ("0o755", "0o600")


def test_a_corpus_of_before_is_tightened_when_it_is_opened(tmp_path: Path) -> None:
    fill(tmp_path)
    with sqlite3.connect(tmp_path / "corpus.db") as database:
        for name in ("corpus.db", "corpus.db-wal", "corpus.db-shm", "fetch.lock"):
            (tmp_path / name).touch()
            (tmp_path / name).chmod(0o644)
        with Corpus.open(tmp_path, dry_run=True):
            assert modes(tmp_path)[f"{tmp_path.name}/corpus.db"] == "0o644"
        with Corpus.open(tmp_path):
            found = modes(tmp_path)
    database.close()
    names = {name for name, mode in found.items() if mode == "0o600"}
    assert {
        f"{tmp_path.name}/{name}" for name in ("corpus.db", "corpus.db-wal", "fetch.lock")
    } < names


def test_a_cache_is_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, umask: int) -> None:
    monkeypatch.setenv("MNERCTL_CACHE", str(tmp_path / "cache"))
    AnswerCache().close()
    assert modes(tmp_path / "cache") == {"cache": "0o700", "cache/answers.db": "0o600"}


def test_nothing_of_others_is_changed(tmp_path: Path) -> None:
    """A link, a folder and an absent file stay; an existing file is not emptied."""
    (tmp_path / "file").write_text("content")
    (tmp_path / "file").chmod(0o640)
    (tmp_path / "link").symlink_to(tmp_path / "file")
    tighten(tmp_path / "link")
    tighten(tmp_path / "absent")
    make_private_file(tmp_path / "file")
    make_private_folder(tmp_path)
    assert (tmp_path / "file").read_text() == "content"
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o640
    with pytest.raises(FileExistsError):
        make_private_folder(tmp_path / "file")
