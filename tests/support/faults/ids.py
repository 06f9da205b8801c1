"""Faults of ids and URLs."""

from __future__ import annotations

from pathlib import Path
from random import Random

from support.sound_release import Line, read_split, write_split

from .fault import Kind, kind, record, two_records


def strange_id(line: Line, random: Random) -> None:
    line["id"] = f"a b/{random.randrange(100)}"


def from_the_future(folder: Path, random: Random) -> str:
    lines = read_split(folder, "dev")
    number = random.randrange(len(lines))
    line = lines[number]
    id = str(2_500_000_000_000_000_000 + random.randrange(10**6))
    renamed = [name.replace(line["id"], id) for name in line["images"]]
    for old, new in zip(line["images"], renamed, strict=True):
        (folder / "images" / old).rename(folder / "images" / new)
    line |= {"id": id, "images": renamed, "url": f"https://x.com/ada/status/{id}"}
    write_split(folder, "dev", lines)
    return f"dev.jsonl:{number + 1}"


def same_id(first: Line, line: Line, random: Random) -> None:
    line["id"], line["url"] = first["id"], first["url"]


IDS: dict[str, Kind] = {
    "the same id twice": kind(two_records(same_id), "id-unique", "url-unique", "image-owner"),
    "an id with a space": kind(record(strange_id), "id-form"),
    "an empty id": kind(record(lambda line, random: line.update(id="")), "record-id"),
    "an id that is a number": kind(
        record(lambda line, random: line.update(id=int(line["id"]))), "record-id"
    ),
    "an id from the future": kind(from_the_future, "id-date"),
    "the URL of another site": kind(
        record(lambda line, random: line.update(url="https://example.org/1")), "url-form"
    ),
    "a script as a URL": kind(
        record(lambda line, random: line.update(url="javascript:alert(1)")), "url-form"
    ),
    "no URL": kind(record(lambda line, random: line.update(url="")), "url-missing"),
    "the URL of another post": kind(
        record(lambda line, random: line.update(url=line["url"][:-1] + "9")), "url-id"
    ),
    "the same post twice": kind(
        two_records(lambda first, line, random: line.update(url=first["url"])),
        *("url-id", "url-unique"),
    ),
}
