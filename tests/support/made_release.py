"""Make frozen releases with pictures, for tests of the model wing and of commands."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from mnerctl.release import merge_plus
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
) -> Release:
    """Write `folder/plus`, a merge of `folder/mi` and `folder/twitter` with these numbers of tweets each."""
    table = small_table(train=train, dev=dev, test=test)
    write_made_mner_mi(folder / "mi", statistics=table, seed=seed, pictures=pictures)
    shown = pictures if twitter_pictures else 0
    write_made_twitter(folder / "twitter", statistics=table, seed=seed + 1, pictures=shown)
    return merge_plus(
        Release.load(folder / "mi"),
        Release.load(folder / "twitter"),
        out=folder / "plus",
        version="1.0.0",
        created=date(2024, 5, 20),
    )


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
