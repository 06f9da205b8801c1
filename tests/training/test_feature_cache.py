"""Two processes that read the pictures of one release at the same time share the caches."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from mnerctl.model.inputs.picture_features import BATCH, Vectors, read_pictures
from mnerctl.model.inputs.pretrained import SMOKE, load_image_encoder
from mnerctl.schema import Record, Release
from support.made_mner_mi import made_pictures

READER = """
import sys
from pathlib import Path
from mnerctl.model.inputs.pretrained import load_image_encoder
from mnerctl.model.inputs.picture_features import read_pictures
from mnerctl.schema import Record, Release

folder = Path(sys.argv[1])
names = sorted(path.name for path in folder.iterdir())
records = [Record(id=name, text=("a",), label=("O",), images=(name,)) for name in names]
release = Release("made", folder, {"train": tuple(records)}, lambda name: folder / name)
encoder = load_image_encoder("smoke", seed=1)
print("ready", flush=True)
sys.stdin.readline()
trained = sys.argv[2] == "pixels"
pictures, problems = read_pictures(release, encoder, trained=trained, on_count=lambda *_: None)
assert not problems
print(pictures.read(range(len(names))).double().sum().item())
"""


def read_at_once(tmp_path: Path, kind: str) -> tuple[Release, list[float]]:
    """Let two processes read the same new pictures at the same time; return the release and their sums."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number, content in enumerate(made_pictures(2 * BATCH, seed=1)):
        (folder / f"{number:03}.jpg").write_bytes(content)
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READER, folder, kind],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for reader in readers:
        assert reader.stdout is not None and reader.stdout.readline() == "ready\n"
    for reader in readers:
        assert reader.stdin is not None
        reader.stdin.write("go\n")
        reader.stdin.flush()
    ended = [reader.communicate() for reader in readers]
    assert [(reader.returncode, err) for reader, (_, err) in zip(readers, ended, strict=True)] == [
        (0, ""),
        (0, ""),
    ]
    names = sorted(path.name for path in folder.iterdir())
    records = [Record(id=name, text=("a",), label=("O",), images=(name,)) for name in names]
    release = Release("made", folder, {"train": tuple(records)}, lambda name: folder / name)
    return release, [float(out) for out, _ in ended]


def test_two_processes_can_fill_a_new_cache_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNERCTL_CACHE", str(tmp_path / "cache"))
    release, sums = read_at_once(tmp_path, "vectors")
    encoder = load_image_encoder(SMOKE, seed=1)
    monkeypatch.setattr(encoder, "encode", None)  # all vectors are in the cache
    vectors, _ = read_pictures(release, encoder, trained=False, on_count=lambda *_: None)
    assert isinstance(vectors, Vectors)
    with closing(sqlite3.connect(tmp_path / "cache" / "features.db")) as db:
        assert db.execute("SELECT count(*) FROM vectors").fetchone() == (2 * BATCH,)
    assert sums == pytest.approx([vectors.matrix.double().sum().item()] * 2)


def test_two_processes_can_fill_a_new_cache_of_pictures_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNERCTL_CACHE", str(tmp_path / "cache"))
    release, sums = read_at_once(tmp_path, "pixels")
    assert len(list((tmp_path / "cache" / "pixels").glob("*/*"))) == 2 * BATCH
    encoder = load_image_encoder(SMOKE, seed=1)
    encoder.preprocessing = replace(encoder.preprocessing, shrink=None)  # all are in the cache
    pictures, _ = read_pictures(release, encoder, trained=True, on_count=lambda *_: None)
    found = pictures.read(range(2 * BATCH)).double().sum().item()
    assert sums == pytest.approx([found] * 2)
