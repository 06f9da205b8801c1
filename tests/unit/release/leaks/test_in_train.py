"""Posts of dev and test that train has too: each once, under its strongest kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from mnerctl.release import posts_in_train
from mnerctl.release.audit.pictures import Picture
from mnerctl.schema import SPLITS, Record, Release

TEXT = "Ada went to the old market of Rome on Sunday"
OTHER = "nobody has ever seen a bird like this one"
HASHES = {
    "a": "00ff00ff00ff00ff",
    "a-again": "00ff00ff00ff00ff",
    "a-like": "00ff00ff00ff00fe",
    "b": "0f0f0f0f0f0f0f0f",
    "b-like": "0f0f0f0f0f0f0f0e",
    "c": "3333333333333333",
    "flat": "3333333333333333",
}
PICTURES = {
    name: Picture(name.removesuffix("-again"), phash=phash, is_flat=name == "flat")
    for name, phash in HASHES.items()
}


def record(id: str, text: str, *images: str, entity: bool = True) -> Record:
    words = tuple(text.split())
    label = ("B-PER" if entity else "O", *("O" for _ in words[1:]))
    return Record(id=id, text=words, images=images, label=label)


def counted(test: Record, train: Record) -> dict[str, int]:
    splits = dict.fromkeys(SPLITS, ()) | {"train": (train,), "test": (test,)}
    release = Release("r", Path("r"), splits, Path)  # type: ignore[arg-type]
    found = posts_in_train(release, PICTURES)
    assert found["dev"] == {}
    return dict(found["test"])


@pytest.mark.parametrize(
    ("text", "images", "kind"),
    [
        (TEXT, ("a",), "text"),
        (TEXT.lower(), ("a",), "normal-text"),
        (f"{TEXT} indeed", ("a",), "near-text"),
        (OTHER, ("c", "a-again"), "image"),
        (OTHER, ("a-like",), "near-image"),
        (OTHER, ("a-like", "b-like"), "near-image"),
        (OTHER, ("a-like", "flat"), "near-image"),
        (OTHER, ("a-like", "c"), None),
        (OTHER, ("a-like", "lost"), "near-image"),
        (OTHER, ("flat",), None),
        (OTHER, ("c",), None),
    ],
)
def test_a_post_counts_once_by_its_strongest_kind(
    text: str, images: tuple[str, ...], kind: str | None
) -> None:
    found = counted(record("x", text, *images), record("t", TEXT, "a", "b"))
    assert found == ({kind: 1} if kind else {})


def test_a_post_without_entities_does_not_count() -> None:
    assert counted(record("x", TEXT, entity=False), record("t", TEXT)) == {}


def test_the_same_post_counts_as_a_post() -> None:
    id = "1120000000000000000"
    assert counted(record(id, OTHER), record(id, TEXT)) == {"post": 1}
