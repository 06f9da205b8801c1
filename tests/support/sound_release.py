"""Make a small release without faults, and edit copies of it so that they have one fault.

All texts, ids, URLs and pictures are different. Records have raw text, offsets and evidence, so that every
rule of the audit has something to check.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

from PIL import Image, ImageDraw

from mnerctl.schema import Record, Release, Source, Span, Split, tags_from_spans, write_release
from mnerctl.schema.tokens import TOKENIZER, tokenize
from support.made_text import NAMES

SIZES: dict[Split, int] = {"train": 24, "dev": 8, "test": 8}
FIRST_ID = 1_120_000_000_000_000_000
CREATED = date(2024, 5, 20)

Line = dict[str, Any]
"""A line of a split: the JSON object of a record."""


def sound_release(folder: Path, *, seed: int = 2024) -> Release:
    """Write `folder/sound`: 40 records with 2 to 4 pictures each."""
    random = Random(seed)
    pictures = folder / "pictures"
    pictures.mkdir()
    splits: dict[Split, list[Record]] = {}
    number = 0
    for split, size in SIZES.items():
        splits[split] = []
        for _ in range(size):
            number += 1
            splits[split].append(_record(number, random, pictures))
    return write_release(
        folder / "sound",
        splits,
        name="sound",
        version="1.0.0",
        tokenizer=TOKENIZER,
        image_source=lambda name: pictures / name,
        created=CREATED,
        seed=seed,
        sources=(Source(name="made", records=sum(SIZES.values())),),
    )


def _record(number: int, random: Random, pictures: Path) -> Record:
    """Return a record with one entity of each type, with other words than every other record."""
    id = str(FIRST_ID + number * 10**12)
    raw, marked = f"number {number}:", []
    for kind, names in NAMES.items():
        name = " ".join(names[number])
        marked.append((len(raw) + 1, len(raw) + 1 + len(name), kind))
        raw += f" {name} ,"
    tokens = tokenize(raw)
    starts = {token.start: i for i, token in enumerate(tokens)}
    ends = {token.end: i + 1 for i, token in enumerate(tokens)}
    spans = [Span(starts[start], ends[end], kind) for start, end, kind in marked]  # type: ignore[arg-type]
    names = tuple(f"{id}_{position}.png" for position in range(2 + number % 3))
    for name in names:
        (pictures / name).write_bytes(drawn(random))
    return Record(
        id=id,
        text=tuple(token.text for token in tokens),
        label=tuple(tags_from_spans(spans, len(tokens))),
        images=names,
        url=f"https://x.com/ada/status/{id}",
        raw=raw,
        offsets=tuple((token.start, token.end) for token in tokens),
        evidence=tuple((0,) for _ in spans),
    )


def drawn(random: Random, size: tuple[int, int] = (48, 40)) -> bytes:
    """Return a PNG of 9 x 8 random grey cells; no two are similar."""
    image = Image.new("L", size)
    draw = ImageDraw.Draw(image)
    for row in range(8):
        for column in range(9):
            left, top = column * size[0] // 9, row * size[1] // 8
            right, bottom = (column + 1) * size[0] // 9, (row + 1) * size[1] // 8
            draw.rectangle((left, top, right, bottom), random.randrange(256))
    return as_file(image)


def as_file(image: Image.Image, kind: str = "PNG") -> bytes:
    """Return the bytes of a picture file."""
    content = BytesIO()
    image.save(content, kind)
    return content.getvalue()


def read_split(folder: Path, split: str) -> list[Line]:
    """Return the lines of a split, which can be changed."""
    text = (folder / f"{split}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def write_split(folder: Path, split: str, lines: list[Line]) -> None:
    """Write the lines of a split."""
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    (folder / f"{split}.jsonl").write_text(text, encoding="utf-8")


def make_manifest_right(folder: Path) -> None:
    """Set checksums, sizes and counts in the manifest to those of the files as they are."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_bytes())
    names = [f"{split}.jsonl" for split in SIZES]
    names += [f"images/{file.name}" for file in sorted((folder / "images").iterdir())]
    manifest["files"] = {
        name: {
            "bytes": len(content := (folder / name).read_bytes()),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        for name in names
    }
    images = set()
    for split in SIZES:
        lines = (folder / f"{split}.jsonl").read_bytes().splitlines()
        manifest["records"][split] = len(lines)
        images |= {name for line in lines for name in _images(line)}
    manifest["missing_images"] = sum(f"images/{name}" not in manifest["files"] for name in images)
    path.write_text(json.dumps(manifest), encoding="utf-8")


def _images(line: bytes) -> list[str]:
    try:
        images: list[str] = json.loads(line)["images"]
    except (ValueError, TypeError):
        return []
    return images
