"""A fault: a function that breaks one thing in a release, and the audit rules that must report it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from support.made_release import change_manifest
from support.sound_release import SIZES, Line, read_split, write_split

Fault = Callable[[Path, Random], str]
"""Break the release in a folder; return the place, `file:line` or a file, where the audit must see it."""


class Kind(NamedTuple):
    """A fault and the rules that report it.

    fault: breaks the release.
    rules: ids of the rules that report it.
    in_manifest: the manifest is not corrected after the fault.
    """

    fault: Fault
    rules: frozenset[str]
    in_manifest: bool = False


def record(change: Callable[[Line, Random], object]) -> Fault:
    """Return a fault of one record, in any split."""

    def fault(folder: Path, random: Random) -> str:
        split = random.choice(list(SIZES))
        lines = read_split(folder, split)
        number = random.randrange(len(lines))
        change(lines[number], random)
        write_split(folder, split, lines)
        return f"{split}.jsonl:{number + 1}"

    return fault


def two_records(change: Callable[[Line, Line, Random], object]) -> Fault:
    """Return a fault of a train record that involves the first train record: change(first, line, random)."""

    def fault(folder: Path, random: Random) -> str:
        lines = read_split(folder, "train")
        number = random.randrange(1, len(lines))
        change(lines[0], lines[number], random)
        write_split(folder, "train", lines)
        return f"train.jsonl:{number + 1}"

    return fault


def picture(change: Callable[[Path, Path, Random], object]) -> Fault:
    """Return a fault of the second picture of a record: change(file, first file, random)."""

    def fault(folder: Path, random: Random) -> str:
        split = random.choice(list(SIZES))
        lines = read_split(folder, split)
        number = random.randrange(len(lines))
        first, second = (folder / "images" / name for name in lines[number]["images"][:2])
        change(second, first, random)
        return f"{split}.jsonl:{number + 1}"

    return fault


def manifest(
    change: Callable[[dict[str, Any], Random], object], place: str = "manifest.json"
) -> Fault:
    """Return a fault of the manifest."""

    def fault(folder: Path, random: Random) -> str:
        change_manifest(folder, lambda content: change(content, random))
        return place

    return fault


def raw_line(change: Callable[[str], bytes]) -> Fault:
    """Return a fault of the text of one line."""

    def fault(folder: Path, random: Random) -> str:
        split = random.choice(list(SIZES))
        path = folder / f"{split}.jsonl"
        lines = path.read_bytes().splitlines()
        number = random.randrange(len(lines))
        lines[number] = change(lines[number].decode())
        path.write_bytes(b"".join(line + b"\n" for line in lines))
        return f"{split}.jsonl:{number + 1}"

    return fault


def all_of(split: str, change: Callable[[list[Line], Path], object]) -> Fault:
    """Return a fault of a whole split."""

    def fault(folder: Path, random: Random) -> str:
        lines = read_split(folder, split)
        change(lines, folder)
        write_split(folder, split, lines)
        return f"{split}.jsonl"

    return fault


def kind(fault: Fault, *rules: str, in_manifest: bool = False) -> Kind:
    """Return a fault with its rules."""
    return Kind(fault, frozenset(rules), in_manifest)
