"""The cache of shrunk pictures: what it saves, what it survives, and that withdrawn pictures leave it."""

from __future__ import annotations

import hashlib
import logging
import os
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from PIL import Image

from mnerctl.model.inputs import picture_features, pixel_cache
from mnerctl.model.inputs.image_encoder import ImageEncoder
from mnerctl.model.inputs.picture_cache import forget_vectors
from mnerctl.model.inputs.picture_features import Pixels, read_pictures
from mnerctl.model.inputs.pixel_cache import PIXELS, PixelCache, forget_pixels
from mnerctl.model.inputs.pretrained import SMOKE, load_image_encoder
from mnerctl.schema import Record, Release
from support.made_mner_mi import made_pictures

KEYS = [hashlib.sha256(bytes([number])).hexdigest() for number in range(12)]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MNERCTL_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def release(tmp_path: Path) -> Release:
    folder = tmp_path / "pictures"
    folder.mkdir()
    names = [f"{number}.jpg" for number in range(5)]
    for name, content in zip(names, made_pictures(5, seed=1), strict=True):
        (folder / name).write_bytes(content)
    records = tuple(Record(id=one, text=("a",), label=("O",), images=(one,)) for one in names)
    return Release("made", folder, {"train": records}, lambda name: folder / name)


def counted() -> tuple[ImageEncoder, list[int]]:
    """Return an encoder, and a list that grows with each picture that it shrinks."""
    encoder, calls = load_image_encoder(SMOKE, seed=1), list[int]()
    shrink = encoder.preprocessing.shrink

    def counting(image: Image.Image) -> torch.Tensor:
        calls.append(1)
        return shrink(image)

    encoder.preprocessing = replace(encoder.preprocessing, shrink=counting)
    return encoder, calls


def read(release: Release, encoder: ImageEncoder, *, workers: int = 2) -> Pixels:
    pictures, problems = read_pictures(
        release, encoder, trained=True, workers=workers, on_count=lambda *_: None
    )
    assert isinstance(pictures, Pixels) and problems == []
    return pictures


def decoded_now(release: Release) -> torch.Tensor:
    encoder, pixels = load_image_encoder(SMOKE, seed=1), []
    for record in release.records():
        with Image.open(release.image_path(record.images[0])) as picture:
            pixels.append(encoder.pixels(picture))
    return torch.stack(pixels)


def files(cache: Path) -> list[Path]:
    return sorted(path for path in (cache / PIXELS).rglob("*") if path.is_file())


def test_a_picture_is_decoded_once_for_all_epochs_and_runs(release: Release, cache: Path) -> None:
    encoder, calls = counted()
    first = read(release, encoder)
    for _ in range(3):
        assert torch.equal(first.read([0, 1, 2, 3, 4]), decoded_now(release))
    again = read(release, encoder, workers=1)
    assert torch.equal(again.read([4, 0, 4]), decoded_now(release)[[4, 0, 4]])
    assert len(calls) == 5
    assert [stat.S_IMODE(path.stat().st_mode) for path in files(cache)] == [0o600] * 5
    folders = [cache, cache / PIXELS, *(path.parent for path in files(cache))]
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}
    assert [path.stat().st_size for path in files(cache)] == [3 * 32 * 32 + 4] * 5


def test_another_size_has_pictures_of_its_own(release: Release, cache: Path) -> None:
    read(release, load_image_encoder(SMOKE, size=32))
    other = read(release, load_image_encoder(SMOKE, size=16))
    assert other.read([0]).shape == (1, 3, 16, 16)
    assert len(files(cache)) == 10


DAMAGE: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: path.write_bytes(b""),
    "half": lambda path: path.write_bytes(path.read_bytes()[:1500]),
    "longer": lambda path: path.write_bytes(path.read_bytes() + b"x"),
    "a changed bit": lambda path: path.write_bytes(bytes([path.read_bytes()[0] ^ 1]) + path.read_bytes()[1:]),
    "another picture": lambda path: path.write_bytes(min(path.parents[1].rglob("*-*")).read_bytes()),
    "gone": lambda path: path.unlink(),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_file_is_made_again_without_a_word(
    release: Release,
    cache: Path,
    damage: Callable[[Path], object],
    caplog: pytest.LogCaptureFixture,
) -> None:
    encoder, calls = counted()
    pictures = read(release, encoder)
    sound = {path: path.read_bytes() for path in files(cache)}
    damage(files(cache)[2])
    assert torch.equal(pictures.read([0, 1, 2, 3, 4]), decoded_now(release))
    assert len(calls) == 6
    assert {path: path.read_bytes() for path in files(cache)} == sound
    assert caplog.records == []


def test_a_cache_that_cannot_be_written_costs_time_only(
    release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:  # fmt: skip
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("MNERCTL_CACHE", str(tmp_path / "file" / "cache"))
    encoder, calls = counted()
    pictures = read(release, encoder)
    assert torch.equal(pictures.read([0, 1, 2, 3, 4]), decoded_now(release))
    assert len(calls) == 10
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert record.message == (
        f"{tmp_path}/file: Not a directory; pictures that are not cached are decoded in every epoch"
    )


def test_the_limit_holds_and_room_is_taken_from_what_nobody_uses(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pixel_cache, "MOST_BYTES", 5 * 104)  # five pictures of 100 bytes
    old = PixelCache(cache, identity="x", size=100)
    for key in KEYS[:5]:
        old.put(key, bytes(100))
    for age, path in enumerate(files(cache)):
        os.utime(path, (0, time.time() - 1000 - age))
    assert old.get(KEYS[2]) == bytes(100)  # used again
    new = PixelCache(cache, identity="y", size=100)
    for key in KEYS[5:9]:
        new.put(key, bytes(100))
    assert all(new.get(key) for key in KEYS[5:9]) and old.get(KEYS[2])
    assert [old.get(key) for key in KEYS[:5] if key != KEYS[2]] == [None] * 4
    for key in KEYS[9:]:
        new.put(key, bytes(100))  # everything there is in use
    assert len(files(cache)) == 5 and not any(new.get(key) for key in KEYS[9:])


def test_a_withdrawn_picture_leaves_the_cache_and_cannot_come_back(cache: Path) -> None:
    one, two = (PixelCache(cache, identity=name, size=3) for name in "xy")
    for store in (one, two):
        for key in KEYS[:3]:
            store.put(key, b"abc")
    assert forget_pixels(KEYS[:2], dry_run=True) == 4
    assert len(files(cache)) == 6
    assert forget_vectors(KEYS[:2]) == 0  # says what is forgotten
    assert (forget_pixels(KEYS[:2]), forget_pixels(KEYS[:2])) == (4, 0)
    one.put(KEYS[0], b"abc")  # of a training that read the picture before
    one.put(KEYS[3], b"abc")
    assert [one.get(key) for key in KEYS[:4]] == [None, None, b"abc", b"abc"]
    assert len(files(cache)) == 3


def test_what_a_killed_training_left_of_a_withdrawn_picture_goes_with_the_next_call(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = PixelCache(cache, identity="x", size=3)
    store.put(KEYS[1], b"abc")
    forget_vectors(KEYS[:1])

    def killed(path: Path, key: object) -> bool:
        raise Interrupted

    with monkeypatch.context() as patch, pytest.raises(Interrupted):
        patch.setattr(pixel_cache, "is_forgotten", killed)
        store.put(KEYS[0], b"abc")
    assert len(files(cache)) == 2
    assert forget_pixels([]) == 1
    assert [store.get(key) for key in KEYS[:2]] == [None, b"abc"]


def test_nothing_is_stored_if_it_is_not_known_what_was_withdrawn(cache: Path) -> None:
    cache.mkdir()
    (cache / "features.db").write_bytes(b"x" * 4096)
    store = PixelCache(cache, identity="x", size=3)
    store.put(KEYS[0], b"abc")
    assert files(cache) == []


def test_forgetting_makes_no_folder(cache: Path) -> None:
    assert forget_pixels(KEYS) == 0
    assert not cache.exists()


class Interrupted(BaseException):
    """Stands for Ctrl-C, which pytest would take as its own."""


def test_an_interrupt_ends_the_threads_and_leaves_whole_files(
    release: Release, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture_features, "BATCH", 2)
    before = threading.active_count()

    def stop(done: int, total: int) -> None:
        raise Interrupted

    encoder, calls = counted()
    with pytest.raises(Interrupted):
        read_pictures(release, encoder, trained=True, workers=3, on_count=stop)
    assert threading.active_count() == before
    assert len(files(cache)) == len(calls) == 2
    assert torch.equal(read(release, encoder).read([0, 1, 2, 3, 4]), decoded_now(release))
    assert len(calls) == 5


def test_deleting_from_it_loads_no_torch() -> None:
    code = "import sys, mnerctl.model.inputs.pixel_cache; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-P", "-c", code], check=True)
