"""A corpus remembers where releases of it were begun, also one of an earlier version."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mnerctl.schema import Corpus


def test_places_are_absolute_and_kept_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    odd = Path(os.fsdecode(b"odd \xff name"))
    with Corpus.open(tmp_path / "corpus", create=True) as corpus:
        assert corpus.places() == []
        for folder in (Path("releases"), odd, tmp_path / "releases", Path()):
            corpus.note_place(folder)
    with Corpus.open(tmp_path / "corpus") as corpus:
        assert corpus.places() == [tmp_path, tmp_path / odd, tmp_path / "releases"]


def test_half_written_pictures_of_every_version_are_dropped(tmp_path: Path) -> None:
    with Corpus.open(tmp_path, create=True) as corpus:
        sha256 = corpus.put_image(b"whole", "png")
        folder = corpus.image_path(sha256, "png").parent
        for name in (".partial-x", ".mnerctl-partial-0123456789abcdef"):
            (folder / name).write_bytes(b"half")
        assert corpus.drop_half_files() == 2
        assert [path.name for path in folder.iterdir()] == [f"{sha256}.png"]
        assert corpus.drop_half_files() == 0
