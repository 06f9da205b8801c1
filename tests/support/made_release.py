"""Make frozen releases with pictures, for tests of the model wing and of commands."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from PIL import Image

from mnerctl.release import merge_plus, split_leaks
from mnerctl.schema import Release
from support.made_mner_mi import small_table, write_made_mner_mi, write_made_twitter


def made_plus(
    folder: Path,
    *,
    train: int = 40,
    dev: int = 10,
    test: int = 10,
    pictures: int = 8,
    seed: int = 1,
    twitter_pictures: bool = True,
    is_sound: bool = False,
) -> Release:
    """Write `folder/plus`, a merge of `folder/mi` and `folder/twitter` with these numbers of tweets each.

    The tweets are short and made of few names, so that some texts are in several splits; `pictures` are dealt
    to all of them. `is_sound` leaves out tweets of train that are also in dev or test, and gives each image
    its own picture.
    """
    table = small_table(train=train, dev=dev, test=test)
    write_made_mner_mi(folder / "mi", statistics=table, seed=seed, pictures=pictures)
    shown = pictures if twitter_pictures else 0
    write_made_twitter(folder / "twitter", statistics=table, seed=seed + 1, pictures=shown)
    if is_sound:
        _give_own_pictures([folder / "mi" / "images", folder / "twitter"])
    merged = _merged(folder, "plus", left_out=frozenset())
    if not is_sound:
        return merged
    pairs = [(leak.left, leak.right) for leak in split_leaks(merged, {})]
    leaked = frozenset(one.record.text for pair in pairs for one in pair if one.split == "train")
    shutil.rmtree(merged.folder)
    return _merged(folder, "plus", left_out=leaked)


def _merged(folder: Path, name: str, *, left_out: frozenset[tuple[str, ...]]) -> Release:
    parts = []
    for part in ("mi", "twitter"):
        loaded = Release.load(folder / part)
        kept = tuple(one for one in loaded.splits["train"] if one.text not in left_out)
        parts.append(replace(loaded, splits={**loaded.splits, "train": kept}, lines={}))
    return merge_plus(*parts, out=folder / name, version="1.0.0", created=date(2024, 5, 20))


def _give_own_pictures(folders: Sequence[Path]) -> None:
    """Replace each picture by one of 64 random shades, which looks like no other."""
    paths = [path for folder in folders for path in sorted(folder.glob("*.jpg"))]
    for number, path in enumerate(paths):
        shades = Image.frombytes("L", (8, 8), Random(number).randbytes(64))
        shades.resize((64, 64), Image.Resampling.NEAREST).convert("RGB").save(path, "JPEG")


def change_manifest(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Edit the manifest of a release."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_bytes())
    change(manifest)
    path.write_text(json.dumps(manifest), encoding="utf-8")


def rewrite_split(folder: Path, split: str, lines: Sequence[str]) -> None:
    """Replace the lines of a split and correct its checksum, but check nothing."""
    content = "".join(line + "\n" for line in lines).encode()
    (folder / f"{split}.jsonl").write_bytes(content)
    entry = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    change_manifest(folder, lambda manifest: manifest["files"].update({f"{split}.jsonl": entry}))
