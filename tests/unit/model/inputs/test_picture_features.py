"""Pictures of a release: each is encoded once, and unusable ones are masked and reported."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from io import BytesIO
from pathlib import Path

import pytest
import torch
from PIL import Image

from mnerctl.model.inputs.image_encoder import ImageEncoder
from mnerctl.model.inputs.picture_features import (
    BATCH,
    Pixels,
    Vectors,
    picture_rows,
    read_pictures,
)
from mnerctl.model.inputs.pretrained import SMOKE, load_image_encoder
from mnerctl.schema import DataError, Problem, Record, Release
from support.made_mner_mi import made_pictures


class CountedEncoder(ImageEncoder):
    """A real encoder that counts the pictures it is given."""

    encoded = 0

    def encode(self, pixels: torch.Tensor) -> torch.Tensor:
        self.encoded += len(pixels)
        return super().encode(pixels)


def counted(size: int = 32, seed: int = 1) -> CountedEncoder:
    """Return the smoke encoder as a counting one, without the blank picture of its construction."""
    encoder = load_image_encoder(SMOKE, size=size, seed=seed)
    encoder.__class__ = CountedEncoder
    assert isinstance(encoder, CountedEncoder)
    return encoder


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MNERCTL_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def release_of(folder: Path, pictures: dict[str, bytes | None]) -> Release:
    """Return a release with one record per picture; None stands for a missing file."""
    folder.mkdir(exist_ok=True)
    for name, content in pictures.items():
        if content is not None:
            (folder / name).write_bytes(content)
    records = [Record(id=name, text=("a",), label=("O",), images=(name,)) for name in pictures]
    splits = {"train": tuple(records[:1]), "dev": tuple(records[1:2]), "test": tuple(records[2:])}
    return Release("made", folder, splits, lambda name: folder / name)  # type: ignore[arg-type]


def read(release: Release, encoder: ImageEncoder) -> tuple[Vectors, list[Problem]]:
    pictures, problems = read_pictures(release, encoder, trained=False, on_count=lambda *_: None)
    assert isinstance(pictures, Vectors)
    return pictures, problems


def test_a_vector_is_computed_once_for_all_runs(tmp_path: Path) -> None:
    contents = made_pictures(5, seed=1)
    release = release_of(tmp_path / "a", {f"{i}.jpg": c for i, c in enumerate(contents)})
    encoder = counted()
    first, problems = read(release, encoder)
    assert (encoder.encoded, problems) == (5, [])
    assert first.matrix.dtype == torch.float16
    again, _ = read(release, encoder)
    assert encoder.encoded == 5
    assert torch.equal(first.matrix, again.matrix)
    assert first.rows == again.rows == {f"{i}.jpg": i for i in range(5)}
    fresh = counted()
    elsewhere = release_of(tmp_path / "b", {"x.png": contents[3], "y.jpg": contents[0]})
    other, _ = read(elsewhere, fresh)
    assert fresh.encoded == 0
    assert torch.equal(other.read([0, 1]), first.read([3, 0]))


def test_vectors_equal_those_of_the_encoder(tmp_path: Path) -> None:
    content = made_pictures(1, seed=1)[0]
    encoder = counted()
    vectors, _ = read(release_of(tmp_path / "a", {"a.jpg": content}), encoder)
    with Image.open(BytesIO(content)) as image:
        expected = encoder.encode(encoder.pixels(image).unsqueeze(0))[0]
    assert torch.equal(vectors.read([0])[0], expected.half().float())


@pytest.mark.parametrize("other", [{"size": 16}, {"seed": 2}], ids=["size", "weights"])
def test_another_encoder_has_vectors_of_its_own(tmp_path: Path, other: dict[str, int]) -> None:
    release = release_of(tmp_path / "a", {"a.jpg": made_pictures(1, seed=1)[0]})
    read(release, counted())
    encoder = counted(**other)
    vectors, _ = read(release, encoder)
    assert encoder.encoded == 1
    with Image.open(tmp_path / "a" / "a.jpg") as image:
        expected = encoder.encode(encoder.pixels(image).unsqueeze(0))[0]
    assert torch.equal(vectors.read([0])[0], expected.half().float())


def test_a_file_with_new_bytes_gets_a_new_vector(tmp_path: Path) -> None:
    one, two = made_pictures(2, seed=1)
    encoder = counted()
    first, _ = read(release_of(tmp_path / "a", {"a.jpg": one}), encoder)
    second, _ = read(release_of(tmp_path / "a", {"a.jpg": two}), encoder)
    assert encoder.encoded == 2
    assert not torch.equal(first.matrix, second.matrix)


def test_more_pictures_than_one_batch(tmp_path: Path) -> None:
    contents = made_pictures(BATCH + 3, seed=1)
    release = release_of(tmp_path / "a", {f"{i}.jpg": c for i, c in enumerate(contents)})
    counts: list[tuple[int, int]] = []
    pictures, _ = read_pictures(
        release, counted(), trained=False, on_count=lambda *count: counts.append(count)
    )
    assert counts == [(BATCH, BATCH + 3), (BATCH + 3, BATCH + 3)]
    assert list(pictures.rows.values()) == list(range(BATCH + 3))


def truncated() -> bytes:
    content = BytesIO()
    noise = Image.effect_noise((200, 200), 80)
    noise.save(content, "JPEG")
    return content.getvalue()[: len(content.getvalue()) // 2]


def bomb(side: int) -> bytes:
    content = BytesIO()
    Image.new("1", (side, side)).save(content, "PNG")
    return content.getvalue()


BROKEN: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (bytes, "empty: 0 bytes"),
    "not a picture": (lambda: b"<html>404</html>", "html: a page instead of a picture"),
    "truncated": (truncated, "truncated: image file is truncated"),
    "too large": (
        lambda: bomb(7_100),
        "too_many_pixels: 7100 x 7100 pixels, wanted at most 50,000,000",
    ),
    "a bomb": (
        lambda: bomb(14_000),
        "too_many_pixels: Image size (196000000 pixels) exceeds limit",
    ),
}


@pytest.mark.parametrize("trained", [False, True], ids=["vectors", "pixels"])
@pytest.mark.parametrize(("make", "found"), BROKEN.values(), ids=BROKEN)
def test_a_broken_picture_is_masked_and_reported(
    tmp_path: Path, make: Callable[[], bytes], found: str, trained: bool
) -> None:
    sound = made_pictures(2, seed=1)
    release = release_of(tmp_path / "a", {"a.jpg": sound[0], "b.jpg": make(), "c.jpg": sound[1]})
    pictures, problems = read_pictures(
        release, counted(), trained=trained, on_count=lambda *_: None
    )
    (problem,) = problems
    assert problem.found.startswith(found)
    assert problem == Problem(
        "warning",
        "image-unreadable",
        f"{tmp_path}/a/b.jpg",
        problem.found,
        "a whole picture",
        "masked",
    )
    assert pictures.rows == {"a.jpg": 0, "c.jpg": 1}


@pytest.mark.parametrize("trained", [False, True], ids=["vectors", "pixels"])
def test_missing_pictures_are_masked_and_reported(tmp_path: Path, trained: bool) -> None:
    release = release_of(tmp_path / "a", {"a.jpg": None, "b.jpg": None})
    pictures, problems = read_pictures(
        release, counted(), trained=trained, on_count=lambda *_: None
    )
    assert problems == [
        Problem(
            "warning", "image-missing", f"{tmp_path}/a/{name}", "no file", "the image", "masked"
        )
        for name in ("a.jpg", "b.jpg")
    ]
    assert pictures.rows == {}


def test_a_broken_picture_is_read_again_in_the_next_run(tmp_path: Path) -> None:
    """A failure is not cached, so the next run reads a file that was fixed."""
    encoder = counted()
    _, problems = read(release_of(tmp_path / "a", {"a.jpg": b"no"}), encoder)
    assert len(problems) == 1
    vectors, problems = read(
        release_of(tmp_path / "a", {"a.jpg": made_pictures(1, seed=1)[0]}), encoder
    )
    assert (problems, vectors.rows) == ([], {"a.jpg": 0})


def test_pixels_for_a_trained_encoder(tmp_path: Path) -> None:
    content = made_pictures(1, seed=1)[0]
    encoder = counted()
    pictures, problems = read_pictures(
        release_of(tmp_path / "a", {"a.jpg": content}),
        encoder,
        trained=True,
        on_count=lambda *_: None,
    )
    assert isinstance(pictures, Pixels)
    assert (encoder.encoded, problems) == (0, [])
    with Image.open(BytesIO(content)) as image:
        assert torch.equal(pictures.read([0])[0], encoder.pixels(image))
    assert pictures.read([0, 0]).shape == (2, 3, 32, 32)


def _saved(mode: str, kind: str) -> bytes:
    content = BytesIO()
    Image.new(mode, (40, 7)).save(content, kind)
    return content.getvalue()


FORMATS = [
    ("PNG", "RGBA"),
    ("PNG", "P"),
    ("PNG", "1"),
    ("PNG", "I;16"),
    ("JPEG", "L"),
    ("JPEG", "CMYK"),
    ("WEBP", "RGBA"),
    ("GIF", "P"),
]


def test_pictures_of_every_mode_and_format(tmp_path: Path) -> None:
    pictures = {f"{mode}.{kind}": _saved(mode, kind) for kind, mode in FORMATS}
    vectors, problems = read(release_of(tmp_path / "a", pictures), counted())
    assert problems == []
    assert list(vectors.rows) == list(pictures)
    assert torch.isfinite(vectors.matrix).all()


def _rows(cache: Path, question: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(cache / "features.db", isolation_level=None)) as db:
        return db.execute(question).fetchall()


def filled(tmp_path: Path) -> Release:
    """Return a release with one picture whose vector is cached."""
    release = release_of(tmp_path / "a", {"a.jpg": made_pictures(1, seed=1)[0]})
    read(release, counted())
    return release


def test_a_cached_vector_of_another_width_is_an_error(tmp_path: Path, cache: Path) -> None:
    release = filled(tmp_path)
    _rows(cache, "UPDATE vectors SET vector = x'0000'")
    with pytest.raises(DataError) as caught:
        read(release, counted())
    key = hashlib.sha256((tmp_path / "a" / "a.jpg").read_bytes()).hexdigest()[:12]
    assert caught.value.message == (
        f"{cache}/features.db: the vector of picture {key}… has 2 bytes;"
        " this encoder's vectors have 64"
    )
    assert caught.value.hint == f"rm {cache}/features.db*    # the vectors are computed again"


@pytest.mark.parametrize("damage", ["no database", "half of one"])
def test_a_damaged_cache_is_an_error(tmp_path: Path, cache: Path, damage: str) -> None:
    release = filled(tmp_path)
    path = cache / "features.db"
    content = path.read_bytes()
    path.write_bytes(b"x" * 4096 if damage == "no database" else content[: len(content) // 2])
    with pytest.raises(DataError) as caught:
        read(release, counted())
    assert caught.value.message.startswith(f"{path}: ")
    assert caught.value.hint == f"rm {path}*    # the vectors are computed again"
    path.unlink()
    read(release, counted())


def test_a_cache_that_cannot_be_created_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("MNERCTL_CACHE", str(tmp_path / "file" / "cache"))
    release = release_of(tmp_path / "a", {"a.jpg": made_pictures(1, seed=1)[0]})
    with pytest.raises(DataError) as caught:
        read(release, counted())
    assert "Not a directory" in caught.value.message
    assert caught.value.hint.endswith("MNERCTL_CACHE=FOLDER")


def test_picture_rows_ignore_the_names_of_masked_pictures() -> None:
    def posts(*images: tuple[str, ...]) -> list[Record]:
        return [Record(id="1", text=("a",), label=("O",), images=names) for names in images]

    pictures = Vectors(torch.zeros(2, 3), {"a.jpg": 0, "b.jpg": 1})
    rows = picture_rows(
        posts(("a.jpg", "b.jpg"), ("b.jpg", "a.jpg"), ("gone.jpg", "a.jpg"), ("a.jpg", "gone.jpg")),
        pictures,
    )
    assert rows == [[0, 1], [1, 0], [None, 0], [0]]
    assert picture_rows(posts(("gone.jpg", "lost.jpg"), ()), pictures) == [[], []]


def scaled(by: float) -> ImageEncoder:
    """Return the smoke encoder with its weights scaled."""
    encoder = load_image_encoder(SMOKE, seed=1)
    with torch.no_grad():
        for weight in encoder.model.parameters():
            weight.mul_(by)
    return encoder


def test_a_vector_that_float16_cannot_hold_is_refused(tmp_path: Path, cache: Path) -> None:
    contents = dict(zip(("a.jpg", "b.jpg"), made_pictures(2, seed=1), strict=True))
    release = release_of(tmp_path / "a", {"broken.jpg": b"no picture"} | contents)
    assert read(release, scaled(100.0))[0].matrix.isfinite().all()
    for by, found in ((1e7, r"[\d,]+"), (torch.nan, "NaN or infinity")):
        with pytest.raises(DataError) as caught:
            read(release, scaled(by))
        assert re.fullmatch(
            rf"{tmp_path}/a/a.jpg: image encoder 'smoke' gives {found} for this picture, and so for 2 of"
            " 2; vectors are stored as float16, which ends at 65,504",
            caught.value.message,
        )
        assert "--image-encoder" in caught.value.hint
    with closing(sqlite3.connect(cache / "features.db")) as db:
        assert db.execute("SELECT count(*) FROM vectors").fetchone() == (2,)


def test_an_infinity_that_an_earlier_version_stored_is_not_used(
    tmp_path: Path, cache: Path
) -> None:
    (content,) = made_pictures(1, seed=1)
    release = release_of(tmp_path / "a", {"a.jpg": content})
    encoder = scaled(1e7)
    with pytest.raises(DataError):
        read(release, encoder)
    row = (encoder.fingerprint, hashlib.sha256(content).digest())
    stored = torch.full((encoder.width,), torch.inf, dtype=torch.float16).numpy().tobytes()
    with closing(sqlite3.connect(cache / "features.db")) as db, db:
        db.execute("INSERT INTO vectors VALUES (?, ?, ?)", (*row, stored))
    with pytest.raises(DataError, match="float16"):
        read(release, encoder)
