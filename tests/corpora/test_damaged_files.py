"""Whatever is wrong with a file, its reader reports rows or one error of ours: a fuzz test with seeds.

`tests/benchmarks/damage.py` runs thousands of seeds. The faults that were found have tests of their own,
which do not depend on how damage is drawn.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from support.damage import damage_and_read
from support.readers import READERS, Reader, examples
from support.x_forms import POST_ID

SEEDS = 40
SLOW = {"release", "withdrawn release", "mner-mi", "twitter"}
"""Readers that also check, count, show and export what they read; they get fewer seeds."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return examples(tmp_path_factory.mktemp("damaged") / "examples")


@pytest.mark.parametrize("reader", READERS, ids=[reader.name for reader in READERS])
def test_only_errors_of_ours_come_out(reader: Reader, folder: Path) -> None:
    reader.read(folder)
    for seed in range(8 if reader.name in SLOW else SEEDS):
        damage_and_read(reader, folder, seed)


@pytest.mark.parametrize("reader", READERS, ids=[reader.name for reader in READERS])
@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() == 0, reason="root reads every file")
def test_a_file_that_may_not_be_read(reader: Reader, folder: Path) -> None:
    damage_and_read(reader, folder, 0, unreadable=True)


FOUND = {
    "a URL that cannot be split": ("archive flattened.jsonl", "flattened.jsonl", "http://["),
    "a gallery whose posts have no id": ("gallery", "gallery/data/posts-0000.js", "id"),
    "a suffix with a slash": ("archive gallery-dl", "sidecars/0.jpg.json", "a/../../b"),
    "a suffix of 300 characters": ("archive gallery-dl", "sidecars/0.jpg.json", "x" * 300),
    "a suffix with NUL": ("archive gallery-dl", "sidecars/0.jpg.json", "\0"),
    "a suffix that is a number": ("archive gallery-dl", "sidecars/0.jpg.json", 5),
    "no suffix": ("archive gallery-dl", "sidecars/0.jpg.json", None),
    "an empty suffix": ("archive gallery-dl", "sidecars/0.jpg.json", ""),
    "an image name of 300 characters": ("release", "releases/1.0.0/train.jsonl", "x" * 300),
    "an image name of a published corpus": (
        "mner-mi",
        "exports/mner-mi/text/MNER-MI_val.txt",
        "é" * 200,
    ),
    "an IMGID of 300 characters": ("twitter", "twitter2017/train.txt", "IMGID:" + "9" * 300),
    "a hexadecimal id": ("mner-mi", "exports/mner-mi/text/MNER-MI_val.txt", "0x" + "f" * 5000),
}
"""Fault to (reader, file, odd value)."""


@pytest.mark.parametrize("found", FOUND.values(), ids=FOUND)
def test_faults_that_were_found(found: tuple[str, str, object], folder: Path) -> None:
    name, file, value = found
    reader = next(one for one in READERS if one.name == name)
    path = folder / file
    before = path.read_bytes()
    path.write_bytes(_with(value, before))
    try:
        damage_and_read(reader, folder, None)
    finally:
        path.write_bytes(before)


def _with(value: object, content: bytes) -> bytes:
    """Return the file with the odd value in its first record."""
    text = content.decode()
    if isinstance(value, str) and value.startswith("IMGID:"):
        return f"{value}\n{text.partition(chr(10))[2]}".encode()
    if value == "id":
        return text.replace('"id":', '"no":').encode()
    first, _, rest = text.partition("\n")
    record = json.loads(first)
    if isinstance(value, str) and value.startswith("0x"):
        written = repr(record | {"id": 0}).replace("'id': 0", f"'id': {value}")
        return f"{written}\n{rest}".encode()
    if "extension" in record:
        record["extension"] = value
    elif "images" in record:
        record["images"][0] = value
    else:
        record["includes" if "includes" in record else "attachments"] = {
            "media_keys": ["3_1"],
            "media": [{"type": "photo", "media_key": "3_1", "url": value}],
        }
        assert record["id"] == POST_ID
    return f"{json.dumps(record)}\n{rest}".encode()
