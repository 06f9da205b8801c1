"""Faults of lines, files and the manifest."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from mnerctl.release.lifecycle.withdraw import withdraw_from_release
from mnerctl.schema.release.manifest import Withdrawn
from support.sound_release import read_split, write_split

from .fault import Fault, Kind, kind, manifest, raw_line, record
from .images import orphan_picture


def changed_split(folder: Path, random: Random) -> str:
    path = folder / "train.jsonl"
    path.write_bytes(path.read_bytes().replace(b"number", b"nomber"))
    lines = read_split(folder, "train")
    for line in lines:
        line["raw"] = line["raw"].replace("number", "nomber")
    write_split(folder, "train", lines)
    return "train.jsonl"


def lost(name: str) -> Fault:
    def fault(folder: Path, random: Random) -> str:
        (folder / name).unlink()
        return name

    return fault


def lost_picture(folder: Path, random: Random) -> str:
    path = random.choice(sorted((folder / "images").iterdir()))
    path.unlink()
    return f"images/{path.name}"


def linked_picture(folder: Path, random: Random) -> str:
    path = random.choice(sorted((folder / "images").iterdir()))
    elsewhere = folder.parent / "elsewhere.png"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)
    return f"images/{path.name}"


def linked_folder(folder: Path, random: Random) -> str:
    elsewhere = folder.parent / "elsewhere"
    (folder / "images").rename(elsewhere)
    (folder / "images").symlink_to(elsewhere)
    return "images"


def with_carriage_returns(folder: Path, random: Random) -> str:
    path = folder / "dev.jsonl"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    return "dev.jsonl:1"


def with_byte_order_mark(folder: Path, random: Random) -> str:
    path = folder / "dev.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    return "dev.jsonl:1"


def withdraw(content: dict[str, Any], folder: Path, random: Random) -> str:
    lines = read_split(folder, "train")
    number = random.randrange(len(lines))
    post = {"id": lines[number]["id"], "fate": "gone", "reason": "", "date": "2024-05-01"}
    content["withdrawn"].append(post)
    return f"train.jsonl:{number + 1}"


def withdrawn(folder: Path, random: Random) -> str:
    content = json.loads((folder / "manifest.json").read_bytes())
    place = withdraw(content, folder, random)
    (folder / "manifest.json").write_text(json.dumps(content), encoding="utf-8")
    return place


def with_a_notice(folder: Path, random: Random) -> str:
    """Withdraw a train post with `release withdraw`."""
    id = random.choice(read_split(folder, "train"))["id"]
    post = Withdrawn(id=id, fate="withheld", reason="asked", date=date(2024, 5, 21))
    assert withdraw_from_release(folder, [post]).record_ids == (id,)
    return "withdrawn.json"


def wrong_checksum(content: dict[str, Any], random: Random) -> None:
    content["files"]["dev.jsonl"]["sha256"] = "0" * 64


def set_field(name: str, value: object) -> Fault:
    return manifest(lambda content, random: content.update({name: value}))


SOME_ENTRY = {"bytes": 0, "sha256": "0" * 64}

FILES: dict[str, Kind] = {
    "a line that is no JSON": kind(raw_line(lambda line: line[:-9].encode()), "json"),
    "a line that is no object": kind(raw_line(lambda line: b"[1, 2]"), "record-record"),
    "a blank line": kind(raw_line(lambda line: b""), "json"),
    "an unknown field": kind(record(lambda line, random: line.update(mood=1)), "record-mood"),
    "a missing field": kind(record(lambda line, random: line.pop("text")), "record-text"),
    "bytes that are no UTF-8": kind(
        raw_line(lambda line: line.encode().replace(b"number", b"n\xfcmber", 1)), "utf-8"
    ),
    "lines that end with CRLF": kind(with_carriage_returns, "line-ends"),
    "a byte order mark": kind(with_byte_order_mark, "byte-order-mark"),
    "a changed split": kind(changed_split, "checksum", in_manifest=True),
    "a wrong checksum": kind(manifest(wrong_checksum, "dev.jsonl"), "checksum", in_manifest=True),
    "a missing split": kind(lost("dev.jsonl"), "file-missing", "split-empty", in_manifest=True),
    "a missing picture": kind(lost_picture, "file-missing", in_manifest=True),
    "a symbolic link": kind(linked_picture, "file-link", in_manifest=True),
    "a folder that is a link": kind(linked_folder, "file-link", in_manifest=True),
    "a file that is not in the manifest": kind(orphan_picture, "file-unknown", in_manifest=True),
    "a split that is not in the manifest": kind(
        manifest(lambda content, random: content["files"].pop("dev.jsonl")),
        "manifest",
        in_manifest=True,
    ),
    "a wrong number of records": kind(
        manifest(lambda content, random: content["records"].update(dev=99), "dev.jsonl"),
        "record-count",
        in_manifest=True,
    ),
    "a wrong number of missing images": kind(
        set_field("missing_images", 7), "missing-images", in_manifest=True
    ),
    "sources with too few records": kind(
        set_field("sources", [{"name": "made", "records": 3}]), "sources", in_manifest=True
    ),
    "a withdrawn post": kind(withdrawn, "withdrawn", in_manifest=True),
    "a post that was withdrawn later": kind(with_a_notice, "withdrawal-notice", in_manifest=True),
    "an invalid version": kind(set_field("version", "latest"), "version", in_manifest=True),
    "no name": kind(set_field("name", " "), "name", in_manifest=True),
    "another format": kind(set_field("format", "other-2"), "manifest-format", in_manifest=True),
    "an unknown field of the manifest": kind(
        set_field("mood", 1), "manifest-mood", in_manifest=True
    ),
    "a file outside the release": kind(
        manifest(lambda content, random: content["files"].update({"../x": {**SOME_ENTRY}})),
        "manifest-path",
        in_manifest=True,
    ),
    "a manifest that is no JSON": kind(
        lambda folder, random: (folder / "manifest.json").write_text("{") and "manifest.json",
        "json",
        in_manifest=True,
    ),
}
