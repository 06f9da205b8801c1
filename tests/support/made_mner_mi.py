"""Make corpora in the two published layouts, with exactly the wanted counts.

`write_made_mner_mi` writes MNER-MI with the irregularities of the real one: `MIS`, ids that are numbers, some
lines as Python literals. `write_made_twitter` writes the CoNLL files of Twitter-2017, with one image per
tweet. A `Table` has the form of the paper's statistics, which can therefore be given as they are.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from random import Random
from typing import TypedDict

from PIL import Image, ImageDraw

from support.made_text import dealt_types, made_tweet

PUBLISHED_NAMES = {"train": "train", "dev": "val", "test": "test"}
TWITTER_NAMES = {"train": "train", "dev": "valid", "test": "test"}
TYPES = ("PER", "LOC", "ORG", "MISC")
PYTHON_LITERAL_EVERY = 40
FIRST_ID = 1_120_000_000_000_000_000


class Column(TypedDict, total=False):
    PER: int
    LOC: int
    ORG: int
    MISC: int
    images: dict[str, int]
    tweets: int


Table = Mapping[str, Column]
"""The columns of the paper's table for train, dev and test; other keys are ignored."""


def small_table(*, train: int = 240, dev: int = 60, test: int = 60) -> dict[str, Column]:
    """Return the counts of a small corpus, with 1.4 entities and 2.8 images per tweet, as in the paper."""
    return {
        split: {
            "PER": tweets // 2,
            "LOC": tweets // 3,
            "ORG": tweets // 4,
            "MISC": tweets // 3,
            "images": {"2": tweets - 2 * (tweets // 4), "3": tweets // 4, "4": tweets // 4},
            "tweets": tweets,
        }
        for split, tweets in (("train", train), ("dev", dev), ("test", test))
    }


def write_made_mner_mi(folder: Path, *, statistics: Table, seed: int, pictures: int = 0) -> None:
    """Write `text/MNER-MI_*.txt` and, if `pictures` is not 0, `images/`.

    Args:
        folder: folder to create.
        statistics: the wanted counts.
        seed: seed of the texts, ids and pictures.
        pictures: number of different pictures; the images of the corpus are copies of them.
    """
    random = Random(seed)
    pool = made_pictures(pictures, seed)
    (folder / "text").mkdir(parents=True)
    (folder / "images").mkdir()
    next_id = FIRST_ID
    for split, published in PUBLISHED_NAMES.items():
        column = statistics[split]
        numbers = [int(n) for n, tweets in column["images"].items() for _ in range(tweets)]
        random.shuffle(numbers)
        lines = []
        types_of_tweets = _entity_types(column, random)
        for number, types in zip(numbers, types_of_tweets, strict=True):
            next_id += random.randrange(1, 10**12)
            names = [f"{next_id}_{position}.jpg" for position in range(number)]
            tokens, tags = made_tweet(types, random)
            record = {
                "id": next_id,
                "text": tokens,
                "label": [tag.replace("MISC", "MIS") for tag in tags],
                "images": names,
                "url": f"https://twitter.com/made/status/{next_id}",
            }
            is_literal = len(lines) % PYTHON_LITERAL_EVERY == PYTHON_LITERAL_EVERY - 1
            lines.append(repr(record) if is_literal else json.dumps(record, ensure_ascii=False))
            for name in names if pool else ():
                (folder / "images" / name).write_bytes(random.choice(pool))
        _write_lines(folder / "text" / f"MNER-MI_{published}.txt", lines)


def write_made_twitter(folder: Path, *, statistics: Table, seed: int, pictures: int = 0) -> None:
    """Write train.txt, valid.txt and test.txt, and beside them `<IMGID>.jpg` if `pictures` is not 0."""
    random = Random(seed)
    pool = made_pictures(pictures, seed)
    folder.mkdir(parents=True)
    next_id = 0
    for split, published in TWITTER_NAMES.items():
        lines = []
        for types in _entity_types(statistics[split], random):
            next_id += 1
            tokens, tags = made_tweet(types, random)
            rows = [f"{token}\t{tag}" for token, tag in zip(tokens, tags, strict=True)]
            lines += [f"IMGID:{next_id}", *rows, ""]
            if pool:
                (folder / f"{next_id}.jpg").write_bytes(random.choice(pool))
        _write_lines(folder / f"{published}.txt", lines)


def made_pictures(number: int, seed: int) -> list[bytes]:
    """Return `number` different small JPEG pictures: a coloured shape on a coloured background."""
    random = Random(seed)
    pictures = []
    for _ in range(number):
        ground, colour = (tuple(random.randrange(256) for _ in range(3)) for _ in range(2))
        image = Image.new("RGB", (48, 36), ground)
        draw = ImageDraw.Draw(image)
        left, top = random.randrange(30), random.randrange(20)
        shape = random.choice((draw.ellipse, draw.rectangle))
        shape((left, top, left + random.randrange(6, 18), top + random.randrange(6, 16)), colour)
        content = BytesIO()
        image.save(content, "JPEG", quality=80)
        pictures.append(content.getvalue())
    return pictures


def _entity_types(column: Column, random: Random) -> list[list[str]]:
    return dealt_types({kind: column[kind] for kind in TYPES}, column["tweets"], random)


def _write_lines(path: Path, lines: list[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")
