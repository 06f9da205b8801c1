"""Faults of whole splits."""

from __future__ import annotations

from pathlib import Path
from random import Random

from support.sound_release import Line, drawn, read_split, write_split

from .fault import Kind, all_of, kind, two_records
from .text import without_raw


def dev_as_test(folder: Path, random: Random) -> str:
    """Give the test records the texts of dev."""
    dev, test = read_split(folder, "dev"), read_split(folder, "test")
    kept = ("text", "label", "raw", "offsets", "evidence")
    for line, source in zip(test, dev, strict=True):
        line |= {key: source[key] for key in kept}
    write_split(folder, "test", test)
    return "test.jsonl"


def fewer_entities(folder: Path, random: Random) -> str:
    lines = read_split(folder, "test")
    for number, line in enumerate(lines):
        keep = number % 2  # none or one of four
        line["label"] = [t if keep and t.endswith("PER") else "O" for t in line["label"]]
        line["evidence"] = [[0]] * keep
    lines[0]["label"], lines[0]["evidence"] = read_split(folder, "test")[0]["label"], [[0]] * 4
    write_split(folder, "test", lines)
    return "test.jsonl"


def only(kind: str, lines: list[Line]) -> None:
    for line in lines:
        line["label"] = [tag if tag.endswith(kind) else "O" for tag in line["label"]]
        line["evidence"] = [[0]] * sum(tag.startswith("B-") for tag in line["label"])


def more_images(folder: Path, random: Random) -> str:
    """Give all test records four images."""
    lines = read_split(folder, "test")
    for line in lines:
        for position in range(len(line["images"]), 4):
            name = f"{line['id']}_{position}.png"
            (folder / "images" / name).write_bytes(drawn(random))
            line["images"].append(name)
    write_split(folder, "test", lines)
    return "test.jsonl"


def lengthened(line: Line) -> None:
    without_raw(line)
    line["text"] += ["."] * 9
    line["label"] += ["O"] * 9


def other_mixture(folder: Path, random: Random) -> str:
    """Make every entity of test a person, except in the first record."""
    lines = read_split(folder, "test")
    for line in lines[1:]:
        line["label"] = [tag[:2] + "PER" if tag != "O" else tag for tag in line["label"]]
    write_split(folder, "test", lines)
    return "test.jsonl"


def emptied(folder: Path, random: Random) -> str:
    for line in read_split(folder, "dev"):
        for name in line["images"]:
            (folder / "images" / name).unlink()
    (folder / "dev.jsonl").write_bytes(b"")
    return "dev.jsonl"


def moved_to_test(folder: Path, random: Random) -> str:
    """Move most train records to test."""
    train, test = read_split(folder, "train"), read_split(folder, "test")
    write_split(folder, "train", train[:4])
    write_split(folder, "test", test + train[4:])
    return "test.jsonl"


def same_text(first: Line, line: Line, random: Random) -> None:
    line |= {key: first[key] for key in ("text", "label", "raw", "offsets", "evidence")}


def without_type(line: Line, kind: str = "LOC") -> None:
    line["label"] = ["O" if tag.endswith(kind) else tag for tag in line["label"]]
    line["evidence"] = [[0]] * sum(tag.startswith("B-") for tag in line["label"])


SPLITS: dict[str, Kind] = {
    "test is a copy of dev": kind(dev_as_test, "split-same"),
    "an empty dev": kind(emptied, "split-empty"),
    "more records in test than in train": kind(moved_to_test, "split-size"),
    "no entities in dev": kind(all_of("dev", lambda lines, _: only("?", lines)), "split-entities"),
    "a type that is not in test": kind(
        all_of("test", lambda lines, _: [without_type(line) for line in lines]),
        *("split-types", "drift-entities"),
    ),
    "fewer entities in test": kind(fewer_entities, "drift-entities"),
    "more images in test": kind(more_images, "drift-images"),
    "longer texts in test": kind(
        all_of("test", lambda lines, _: [lengthened(line) for line in lines]), "drift-tokens"
    ),
    "other shares of types in test": kind(other_mixture, "drift-types"),
    "the same text twice": kind(two_records(same_text), "text-twice"),
}
