"""Faults of image names and picture files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

from PIL import Image

from support.made_release import change_manifest
from support.metadata import chunk, exif
from support.sound_release import SIZES, as_file, drawn, read_split, write_split

from .fault import Fault, Kind, kind, picture, record, two_records


def renamed_images(rename: Callable[[str], str]) -> Fault:
    """Return a fault that renames the images of a record and their files."""

    def fault(folder: Path, random: Random) -> str:
        split = random.choice(list(SIZES))
        lines = read_split(folder, split)
        number = random.randrange(len(lines))
        for name in lines[number]["images"]:
            (folder / "images" / name).rename(folder / "images" / rename(name))
        lines[number]["images"] = [rename(name) for name in lines[number]["images"]]
        write_split(folder, split, lines)
        return f"{split}.jsonl:{number + 1}"

    return fault


def capital_twin(folder: Path, random: Random) -> str:
    """Use two names that differ only in case, which macOS takes for one."""
    lines = read_split(folder, "train")
    for number, name in ((0, "shot.png"), (1, "Shot.png")):
        old = lines[number]["images"][-1]
        (folder / "images" / old).rename(folder / "images" / name)
        lines[number]["images"][-1] = name
    write_split(folder, "train", lines)
    return "train.jsonl:2"


def no_images(folder: Path, random: Random) -> str:
    lines = read_split(folder, "train")
    number = random.randrange(len(lines))
    for name in lines[number]["images"]:
        (folder / "images" / name).unlink()
    lines[number] |= {"images": [], "evidence": [[] for _ in lines[number]["evidence"]]}
    write_split(folder, "train", lines)
    return f"train.jsonl:{number + 1}"


def one_image(folder: Path, random: Random) -> str:
    lines = read_split(folder, "train")
    number = random.randrange(len(lines))
    for name in lines[number]["images"][1:]:
        (folder / "images" / name).unlink()
    lines[number]["images"] = lines[number]["images"][:1]
    write_split(folder, "train", lines)
    return f"train.jsonl:{number + 1}"


def five_images(folder: Path, random: Random) -> str:
    lines = read_split(folder, "train")
    number = random.randrange(len(lines))
    line = lines[number]
    for position in range(len(line["images"]), 5):
        name = f"{line['id']}_{position}.png"
        (folder / "images" / name).write_bytes(drawn(random))
        line["images"].append(name)
    write_split(folder, "train", lines)
    return f"train.jsonl:{number + 1}"


def orphan_picture(folder: Path, random: Random) -> str:
    (folder / "images" / "left.png").write_bytes(drawn(random))
    return "images/left.png"


def placeholder(folder: Path, random: Random) -> str:
    """Give six records the same last picture."""
    content = drawn(random)
    lines = read_split(folder, "train")
    for line in lines[:6]:
        (folder / "images" / line["images"][-1]).write_bytes(content)
    return "train.jsonl:1"


def no_pictures(folder: Path, random: Random) -> str:
    for path in (folder / "images").iterdir():
        path.unlink()
    return "images"


def half(path: Path, other: Path, random: Random) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def page_for_picture(path: Path, other: Path, random: Random) -> None:
    path.write_bytes(b"<!DOCTYPE html><title>Not found</title>")


def damaged_bytes(path: Path, other: Path, random: Random) -> None:
    content = bytearray(path.read_bytes())
    for at in range(60, len(content) - 30):
        content[at] = random.randrange(256)
    path.write_bytes(bytes(content))


def jpeg_by_name_png(path: Path, other: Path, random: Random) -> None:
    with Image.open(path) as image:
        path.write_bytes(as_file(image, "JPEG"))


def with_metadata(path: Path, other: Path, random: Random) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:33] + chunk(b"eXIf", exif().tobytes()[6:]) + content[33:])


def with_metadata_of_before(path: Path, other: Path, random: Random) -> None:
    """Make the release one of before metadata were dropped."""
    with_metadata(path, other, random)
    change_manifest(path.parent.parent, lambda content: content.pop("stripped"))


def seen_twice(path: Path, other: Path, random: Random) -> None:
    """Save the first picture at another size as the second one."""
    with Image.open(other) as image:
        path.write_bytes(as_file(image.resize((96, 80), Image.Resampling.NEAREST)))


IMAGES: dict[str, Kind] = {
    "an image with a path": kind(
        record(lambda line, random: line["images"].__setitem__(0, "../x.png")),
        "image-name",
    ),
    "no image": kind(no_images, "image-count"),
    "one image": kind(one_image, "image-single"),
    "five images": kind(five_images, "image-count"),
    "an image twice": kind(
        record(lambda line, random: line["images"].__setitem__(1, line["images"][0])),
        *("image-twice", "image-orphan"),
    ),
    "images in another order": kind(
        record(lambda line, random: line["images"].reverse()), "image-order"
    ),
    "an image of another record": kind(
        two_records(lambda first, line, random: line["images"].append(first["images"][0])),
        *("image-owner", "image-shared"),
    ),
    "names with another ending": kind(
        renamed_images(lambda name: name.replace(".png", ".exe")), "image-suffix"
    ),
    "names that differ in case": kind(capital_twin, "image-case"),
    "a missing picture that the manifest does not list": kind(
        picture(lambda path, other, random: path.unlink()), "image-missing"
    ),
    "no picture files": kind(no_pictures, "images-absent"),
    "half a picture": kind(picture(half), "image-broken"),
    "an HTML page instead of a picture": kind(picture(page_for_picture), "image-broken"),
    "an empty picture file": kind(
        picture(lambda path, other, random: path.write_bytes(b"")), "image-broken"
    ),
    "noise in a picture": kind(picture(damaged_bytes), "image-broken"),
    "a JPEG named PNG": kind(picture(jpeg_by_name_png), "image-type"),
    "a tiny picture": kind(
        picture(lambda path, other, random: path.write_bytes(drawn(random, (20, 20)))),
        "image-small",
    ),
    "a grey picture": kind(
        picture(
            lambda path, other, random: path.write_bytes(as_file(Image.new("L", (64, 64), 128)))
        ),
        "image-flat",
    ),
    "a placeholder": kind(placeholder, "image-placeholder"),
    "the same picture twice in a post": kind(
        picture(lambda path, other, random: path.write_bytes(other.read_bytes())), "image-same"
    ),
    "the same picture in another size": kind(picture(seen_twice), "image-same"),
    "metadata in a picture": kind(picture(with_metadata), "image-stripped"),
    "metadata in a picture of before": kind(picture(with_metadata_of_before), "image-metadata"),
    "a picture that no record names": kind(orphan_picture, "image-orphan"),
}
