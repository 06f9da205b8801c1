"""Image files: stored once under their hash, readable by others and writable by the owner only."""

from __future__ import annotations

import hashlib
import stat
from pathlib import Path

from mnerctl.schema import Corpus


def test_an_image_is_stored_once_under_its_hash(tmp_path: Path) -> None:
    content = bytes(range(256)) * 100
    with Corpus.open(tmp_path, create=True) as corpus:
        sha256 = corpus.put_image(content, "jpg")
        path = corpus.image_path(sha256, "jpg")
        first = path.stat()
        assert corpus.put_image(content, "jpg") == sha256 == hashlib.sha256(content).hexdigest()
    assert path == tmp_path / "images" / sha256[:2] / f"{sha256}.jpg"
    assert path.read_bytes() == content
    assert path.stat().st_mtime_ns == first.st_mtime_ns
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_other_users_may_not_write_image_files(tmp_path: Path) -> None:
    with Corpus.open(tmp_path, create=True) as corpus:
        path = corpus.image_path(corpus.put_image(b"picture", "jpg"), "jpg")
    assert not path.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH)
