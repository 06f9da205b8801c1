"""Releases with one thing damaged, and an encoder whose vectors are too large, for tests of train-check."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import torch
from transformers import ViTModel

from mnerctl.collector import make_posts
from mnerctl.release.assemble.merge_plus import PUBLISHED_TOKENS
from mnerctl.schema import Record, Release, Split, write_release
from support.command import MNERCTL
from support.corrupted import corrupted
from support.paper_encoders import write_encoders

POSTS: dict[str, int] = {"train": 3000, "dev": 300, "test": 600}
FEW = 20
WRONG = 0.2
SEED = 1234

Splits = Mapping[Split, tuple[Record, ...]]


def made_release(folder: Path) -> Release:
    """Build the release `folder/release` from made posts with the commands."""
    made, corpus, release = folder / "made", folder / "corpus", folder / "release"
    make_posts(made, **POSTS, seed=1)
    for line in (
        f"fetch {made}/urls.txt --source archive --archive {made}/posts.jsonl --corpus {corpus}",
        f"label import {made}/spans.jsonl --annotator truth --corpus {corpus}",
        f"release build --version 1.0.0 --from-annotator truth --splits {made}/splits.json"
        f" --corpus {corpus} --out {release}",
    ):
        subprocess.run([MNERCTL, *line.split()], check=True, stdout=subprocess.DEVNULL)
    return Release.load(release)


def write_huge_encoder(folder: Path) -> Path:
    """Write a tiny image encoder whose vectors exceed float16's 65,504; return its folder."""
    path = write_encoders(folder, tiny=True) / "vit"
    model = ViTModel.from_pretrained(path)
    with torch.no_grad():
        model.layernorm.weight.mul_(1e6)
    model.save_pretrained(path)
    return path


def write_sound(sound: Release, out: Path) -> None:
    """Write the release as it is."""
    _write(sound, sound.splits, out)


def write_other_pictures(sound: Release, out: Path) -> None:
    """Write a release in which each post has the pictures of another post with as many images."""
    giver: dict[str, str] = {}
    last: dict[int, Record] = {}
    first: dict[int, Record] = {}
    for record in sound.records():
        count = len(record.images)
        first.setdefault(count, record)
        giver |= dict(zip(last.get(count, record).images, record.images, strict=True))
        last[count] = record
    for count, record in last.items():
        giver |= dict(zip(record.images, first[count].images, strict=True))
    _write(sound, sound.splits, out, source=giver)


def write_wrong_labels(sound: Release, out: Path) -> None:
    """Write a release with one entity in five wrong: retyped, moved by a word, removed or invented."""
    _write(sound, corrupted(sound, WRONG, seed=SEED)[0].splits, out)


def write_test_in_train(sound: Release, out: Path) -> None:
    """Write a release with the test posts copied into train under new ids, URLs and image names."""
    source: dict[str, str] = {}
    copies = tuple(_copied(record, source) for record in sound.splits["test"])
    _write(sound, _longer_train(sound, copies), out, source=source)


def write_near_copies(sound: Release, out: Path) -> None:
    """Write the release with the test posts copied into train with one more word, and the same pictures."""
    source: dict[str, str] = {}
    copies = tuple(_with_word(_copied(record, source)) for record in sound.splits["test"])
    _write(sound, _longer_train(sound, copies), out, source=source)


def write_shared_pictures(sound: Release, out: Path) -> None:
    """Write a release in which each test post has the pictures of a train post with as many images."""
    givers = {len(record.images): record.images for record in sound.splits["train"]}
    source = {
        name: given
        for record in sound.splits["test"]
        for name, given in zip(record.images, givers[len(record.images)], strict=True)
    }
    _write(sound, sound.splits, out, source=source)


def write_one_type(sound: Release, out: Path) -> None:
    """Write a release in which every entity is a PER."""
    kept = {"B": "B-PER", "I": "I-PER", "O": "O"}
    _write(sound, _each(sound, lambda one: {"label": tuple(kept[x[0]] for x in one.label)}), out)


def write_few_posts(sound: Release, out: Path) -> None:
    """Write the release with so few posts in dev and test that they decide nothing."""
    few = {
        split: posts if split == "train" else posts[:FEW] for split, posts in sound.splits.items()
    }
    _write(sound, few, out)


def write_no_images(sound: Release, out: Path) -> None:
    """Write the release without pictures."""
    _write(sound, _each(sound, lambda one: {"images": (), "evidence": None}), out)


def _each(release: Release, changed: Callable[[Record], Mapping[str, object]]) -> Splits:
    return {
        split: tuple(record.model_copy(update=dict(changed(record))) for record in records)
        for split, records in release.splits.items()
    }


def _copied(record: Record, source: dict[str, str]) -> Record:
    """Return the record under another id, URL and image names; add the names' originals to `source`."""
    is_post = record.id.isdigit()  # its copy has the id of a post one millisecond later
    id = str(int(record.id) + 2**22) if is_post else f"{record.id}_2"
    names = tuple(name.replace(record.id, id) for name in record.images)
    source.update(zip(names, record.images, strict=True))
    url = record.url.replace(record.id, id)
    return record.model_copy(update={"id": id, "images": names, "url": url})


def _with_word(record: Record) -> Record:
    changed: dict[str, object] = {"text": (*record.text, "indeed"), "label": (*record.label, "O")}
    if record.raw is not None and record.offsets is not None:
        raw = f"{record.raw} indeed"
        changed |= {"raw": raw, "offsets": (*record.offsets, (len(raw) - 6, len(raw)))}
    return record.model_copy(update=changed)


def _longer_train(sound: Release, copies: tuple[Record, ...]) -> Splits:
    return dict(sound.splits) | {"train": (*sound.splits["train"], *copies)}


def _write(
    sound: Release, splits: Splits, out: Path, *, source: Mapping[str, str] | None = None
) -> None:
    """Write a release with other splits, and pictures of other names, with correct checksums."""
    manifest = sound.manifest
    write_release(
        out,
        splits,
        name=sound.name,
        version="1.1.0",
        tokenizer=manifest.tokenizer if manifest else PUBLISHED_TOKENS,
        image_source=lambda name: sound.image_path((source or {}).get(name, name)),
        created=manifest.created if manifest else date(2026, 1, 1),
        gold=manifest.gold if manifest else "",
    )
