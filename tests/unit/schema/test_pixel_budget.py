"""Decoding is bounded by memory and not by cores: one budget of pixels for all threads, in every place."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from mnerctl.release import read_pictures
from mnerctl.release.gallery.facts import Facts
from mnerctl.release.gallery.gallery import write_gallery
from mnerctl.schema import Release, picture, pixel_budget
from mnerctl.schema.pages import thumbnail
from mnerctl.schema.picture import MAX_PIXELS, decoded, verify
from mnerctl.schema.pixel_budget import PIXELS_AT_ONCE, PixelBudget, share_of
from support.pictures import jpeg
from support.sound_release import sound_release

CORES = 64
SIZE = 96 * 64


class Watched(PixelBudget):
    """A budget that remembers the most pixels that were decoded at one time."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.now = self.peak = self.times = 0
        self._watch = threading.Lock()

    @contextmanager
    def taken(self, pixels: int) -> Iterator[None]:
        with super().taken(pixels):
            with self._watch:
                self.now += pixels
                self.times += 1
                self.peak = max(self.peak, self.now)
            time.sleep(0.001)
            try:
                yield
            finally:
                with self._watch:
                    self.now -= pixels


@pytest.fixture
def budget(monkeypatch: pytest.MonkeyPatch) -> Watched:
    """Return a budget for two pictures of `jpeg`, on a machine with 64 cores."""
    watched = Watched(2 * SIZE)
    for module in (picture, thumbnail):
        monkeypatch.setattr(module, "BUDGET", watched)
    monkeypatch.setattr("os.cpu_count", lambda: CORES)
    monkeypatch.setattr("mnerctl.release.gallery.gallery.cpu_count", lambda: CORES)
    return watched


def in_threads(work: Callable[[int], object]) -> None:
    with ThreadPoolExecutor(CORES) as pool:
        list(pool.map(work, range(2 * CORES)))


def opened(content: bytes) -> None:
    with decoded(content):
        time.sleep(0.001)


@pytest.mark.parametrize("read", [verify, opened])
def test_threads_share_the_budget(read: Callable[[bytes], object], budget: Watched) -> None:
    in_threads(lambda number: read(jpeg(number % 3)))
    assert budget.peak == 2 * SIZE and budget.times == 2 * CORES and budget.now == 0


def test_a_picture_over_the_budget_waits_until_it_is_alone(budget: Watched) -> None:
    budget.most = SIZE - 1
    in_threads(lambda number: verify(jpeg(1)))
    assert budget.peak == SIZE


def test_a_broken_picture_gives_its_pixels_back(budget: Watched) -> None:
    for _ in range(5):
        with pytest.raises(picture.PictureFault):
            verify(jpeg(1)[:-200])
    assert budget.now == 0 and budget.times == 5


def test_the_audit_and_the_gallery_share_it(tmp_path: Path, budget: Watched) -> None:
    sound_release(tmp_path)
    release = Release.load(tmp_path / "sound")
    assert len(read_pictures(release, lambda done, total: None)) == budget.times > CORES
    write_gallery(release, tmp_path / "gallery", Facts())
    assert budget.peak <= 2 * SIZE


@pytest.mark.parametrize(
    ("processes", "share"),
    [(None, 1), ("1", 1), ("2", 2), ("8", 8), ("0", 1), ("", 1), ("-3", 1), ("many", 1)],
)
def test_processes_on_one_machine_share_it(processes: str | None, share: int) -> None:
    environment = {} if processes is None else {"LOCAL_WORLD_SIZE": processes}
    assert share_of(environment) == PIXELS_AT_ONCE // share


def test_a_process_of_torchrun_takes_its_share() -> None:
    code = "from mnerctl.schema.pixel_budget import BUDGET; print(BUDGET.most)"
    ended = subprocess.run(
        [sys.executable, "-P", "-c", code],
        env=dict(os.environ, LOCAL_WORLD_SIZE="4"),
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(ended.stdout) == PIXELS_AT_ONCE // 4


def test_the_stated_budget_has_room_for_the_largest_picture() -> None:
    assert pixel_budget.BUDGET.most == PIXELS_AT_ONCE >= MAX_PIXELS
