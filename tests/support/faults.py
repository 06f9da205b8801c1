"""Everything that we could think of to be wrong with a release, one function for each.

A fault gets a sound release and a seeded Random, puts one thing wrong, and gives back the place
(`file:line`, or a file) where the audit should see it. `FAULTS` says which rules should see it. The
manifest is made right afterwards, but for faults of the manifest itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from PIL import Image

from mnerctl.release.lifecycle.withdraw import withdraw_from_release
from mnerctl.schema.release.manifest import Withdrawn
from support.made_release import change_manifest
from support.sound_release import SIZES, Line, as_file, drawn, read_split, write_split

Fault = Callable[[Path, Random], str]


class Kind(NamedTuple):
    """A fault, and the rules that name it. in_manifest: the manifest stays as the fault left it."""

    fault: Fault
    rules: frozenset[str]
    in_manifest: bool = False


def record(change: Callable[[Line, Random], object]) -> Fault:
    """A fault of one record, in any split."""

    def fault(folder: Path, random: Random) -> str:
        split = random.choice(list(SIZES))
        lines = read_split(folder, split)
        number = random.randrange(len(lines))
        change(lines[number], random)
        write_split(folder, split, lines)
        return f"{split}.jsonl:{number + 1}"

    return fault


def two_records(change: Callable[[Line, Line, Random], object]) -> Fault:
    """A fault of a record that another, earlier one is needed for: the first of train."""

    def fault(folder: Path, random: Random) -> str:
        lines = read_split(folder, "train")
        number = random.randrange(1, len(lines))
        change(lines[0], lines[number], random)
        write_split(folder, "train", lines)
        return f"train.jsonl:{number + 1}"

    return fault


def picture(change: Callable[[Path, Path, Random], object]) -> Fault:
    """A fault of the second picture file of a record: change(file, the first file, random)."""

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
    """A fault of the manifest."""

    def fault(folder: Path, random: Random) -> str:
        change_manifest(folder, lambda content: change(content, random))
        return place

    return fault


def raw_line(change: Callable[[str], bytes]) -> Fault:
    """A fault of one line as it stands in the file."""

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
    """A fault of a whole split."""

    def fault(folder: Path, random: Random) -> str:
        lines = read_split(folder, split)
        change(lines, folder)
        write_split(folder, split, lines)
        return f"{split}.jsonl"

    return fault


# --- text -----------------------------------------------------------------------------------------


def without_raw(line: Line) -> None:
    """As in a corpus of others: so that only the tokens are looked at."""
    del line["raw"], line["offsets"]


def with_token(token: str) -> Fault:
    """The last token, which is in no name, is another."""

    def change(line: Line, random: Random) -> None:
        without_raw(line)
        line["text"][-1] = token

    return record(change)


def with_many_tokens(line: Line, random: Random) -> None:
    without_raw(line)
    line["text"] += ["."] * 200
    line["label"] += ["O"] * 200


def with_reference(line: Line, random: Random) -> None:
    without_raw(line)
    line["text"] += ["&", "gt", ";"]
    line["label"] += ["O"] * 3


def with_other_raw(line: Line, random: Random) -> None:
    line["raw"] = "x" + line["raw"]


def with_glued_tokens(line: Line, random: Random) -> None:
    """The last two tokens as one, with offsets that fit: not what the tokenizer does."""
    start, end = line["offsets"][-2][0], line["offsets"][-1][1]
    line["offsets"][-2:] = [[start, end]]
    line["text"][-2:] = [line["raw"][start:end]]
    line["label"].pop()


def with_swapped_tokens(line: Line, random: Random) -> None:
    """The last token once more before it, from the same place."""
    line["offsets"] = [line["offsets"][-1], *line["offsets"][1:]]
    line["text"] = [line["text"][-1], *line["text"][1:]]


# --- labels ---------------------------------------------------------------------------------------


def named(line: Line, tokens: list[str], kind: str = "PER") -> None:
    """One more name at the end of the text."""
    without_raw(line)
    line["text"] += tokens
    line["label"] += [f"B-{kind}", *[f"I-{kind}"] * (len(tokens) - 1)]
    line["evidence"].append([])


def with_name(*tokens: str) -> Fault:
    return record(lambda line, random: named(line, list(tokens)))


def orphan(line: Line, random: Random) -> None:
    begins = [i for i, tag in enumerate(line["label"]) if tag.startswith("B-")]
    at = random.choice(begins)
    line["label"][at] = line["label"][at].replace("B-", "I-")


def other_type_inside(line: Line, random: Random) -> None:
    at = line["label"].index("I-PER")
    line["label"][at] = "I-LOC"


def odd_name(folder: Path, random: Random) -> str:
    """Six records name a firm, and one of them as a place."""
    lines = read_split(folder, "train")
    odd = random.randrange(6)
    for number in range(6):
        named(lines[number], ["Zenith"], "LOC" if number == odd else "ORG")
    write_split(folder, "train", lines)
    return f"train.jsonl:{odd + 1}"


def other_name_in_test(folder: Path, random: Random) -> str:
    for split, kind in (("train", "ORG"), ("test", "MISC")):
        lines = read_split(folder, split)
        for line in lines[:4]:
            named(line, ["Zenith"], kind)
        write_split(folder, split, lines)
    return "test.jsonl"


def same_text_other_labels(folder: Path, random: Random) -> str:
    """The last record of test has the text of one of train, and no name in it."""
    source = random.choice(read_split(folder, "train"))
    lines = read_split(folder, "test")
    lines[-1] |= {key: source[key] for key in ("text", "raw", "offsets")}
    lines[-1] |= {"label": ["O"] * len(source["text"]), "evidence": []}
    write_split(folder, "test", lines)
    return f"test.jsonl:{len(lines)}"


# --- ids and addresses ----------------------------------------------------------------------------


def other_id(line: Line, id: str) -> None:
    """With an address and images that fit nothing else."""
    line["id"] = id
    line["url"] = ""


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


# --- images ---------------------------------------------------------------------------------------


def renamed_images(rename: Callable[[str], str]) -> Fault:
    """The images of a record and their files have other names."""

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
    """Two names that a Macintosh takes for one."""
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


def unknown_file(folder: Path, random: Random) -> str:
    return orphan_picture(folder, random)


def placeholder(folder: Path, random: Random) -> str:
    """The last picture of six records is the same."""
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


def seen_twice(path: Path, other: Path, random: Random) -> None:
    """The same picture, compressed otherwise."""
    with Image.open(other) as image:
        path.write_bytes(as_file(image.resize((96, 80), Image.Resampling.NEAREST)))


# --- splits ---------------------------------------------------------------------------------------


def test_is_dev(folder: Path, random: Random) -> str:
    """The texts of dev under the ids of test."""
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
    """All of test have four."""
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
    """Every name of test is a person's, but for the first of each type."""
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
    """Test has more than train."""
    train, test = read_split(folder, "train"), read_split(folder, "test")
    write_split(folder, "train", train[:4])
    write_split(folder, "test", test + train[4:])
    return "test.jsonl"


def same_text(first: Line, line: Line, random: Random) -> None:
    line |= {key: first[key] for key in ("text", "label", "raw", "offsets", "evidence")}


# --- files ----------------------------------------------------------------------------------------


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
    """A post of train is withdrawn as `release withdraw` does it."""
    id = random.choice(read_split(folder, "train"))["id"]
    post = Withdrawn(id=id, fate="withheld", reason="asked", date=date(2024, 5, 21))
    assert withdraw_from_release(folder, [post]).record_ids == (id,)
    return "withdrawn.json"


def wrong_checksum(content: dict[str, Any], random: Random) -> None:
    content["files"]["dev.jsonl"]["sha256"] = "0" * 64


def set_field(name: str, value: object) -> Fault:
    return manifest(lambda content, random: content.update({name: value}))


def kind(fault: Fault, *rules: str, in_manifest: bool = False) -> Kind:
    return Kind(fault, frozenset(rules), in_manifest)


FAULTS: dict[str, Kind] = {
    # text
    "a blank token": kind(with_token(" "), "token"),
    "an empty token": kind(with_token(""), "token"),
    "a token of two words": kind(with_token("New York"), "token"),
    "a token of no-break spaces": kind(with_token("a\u00a0b"), "token"),
    "a token of 101 characters": kind(with_token("x" * 101), "token-long"),
    "a text of many tokens": kind(record(with_many_tokens), "text-long"),
    "a control character": kind(with_token("a\u0007"), "text-stray"),
    "a character that was lost": kind(with_token("caf\ufffd"), "text-stray"),
    "a decomposed letter": kind(with_token("cafe\u0301"), "text-nfc"),
    "an HTML reference": kind(record(with_reference), "text-html"),
    "another raw text": kind(record(with_other_raw), "offsets"),
    "no raw text": kind(record(lambda line, random: line.pop("raw")), "offsets"),
    "offsets that go back": kind(record(with_swapped_tokens), "offsets", "tokens"),
    "tokens of another tokenizer": kind(record(with_glued_tokens), "tokens", "token"),
    "half a surrogate pair": kind(
        raw_line(lambda line: line.replace("number", "\\ud83d", 1).encode()), "json"
    ),
    "no token": kind(record(lambda line, random: line.update(text=[], label=[])), "record-text"),
    # labels
    "an I- that continues nothing": kind(record(orphan), "bio"),
    "an I- of another type": kind(record(other_type_inside), "bio"),
    "a tag too few": kind(record(lambda line, random: line["label"].pop()), "label-count"),
    "a tag too many": kind(record(lambda line, random: line["label"].append("O")), "label-count"),
    "an unknown type": kind(
        record(lambda line, random: line["label"].__setitem__(0, "B-GPE")), "label"
    ),
    "the type MIS": kind(
        record(lambda line, random: line["label"].__setitem__(0, "B-MIS")), "label"
    ),
    "a name of marks": kind(with_name(".", "."), "mark-only"),
    "a name with its sign": kind(with_name("@", "ada"), "sign"),
    "a link as a name": kind(with_name("https://t.co/x"), "link"),
    "a long name": kind(with_name(*["a"] * 11), "long"),
    "a name that is otherwise elsewhere": kind(odd_name, "label-odd"),
    "a name that test has otherwise": kind(other_name_in_test, "label-split"),
    "labels that contradict": kind(same_text_other_labels, "label-twice"),
    "evidence for too few names": kind(
        record(lambda line, random: line["evidence"].pop()), "evidence"
    ),
    "evidence in no image": kind(
        record(lambda line, random: line["evidence"].__setitem__(0, [9])), "evidence"
    ),
    # ids and addresses
    "an id again": kind(two_records(same_id), "id-unique", "url-unique", "image-owner"),
    "a strange id": kind(record(strange_id), "id-form"),
    "an empty id": kind(record(lambda line, random: line.update(id="")), "record-id"),
    "an id that is a number": kind(
        record(lambda line, random: line.update(id=int(line["id"]))), "record-id"
    ),
    "an id from the future": kind(from_the_future, "id-date"),
    "another site": kind(
        record(lambda line, random: line.update(url="https://example.org/1")), "url-form"
    ),
    "a script for an address": kind(
        record(lambda line, random: line.update(url="javascript:alert(1)")), "url-form"
    ),
    "no address": kind(record(lambda line, random: line.update(url="")), "url-missing"),
    "the address of another post": kind(
        record(lambda line, random: line.update(url=line["url"][:-1] + "9")), "url-id"
    ),
    "a post twice": kind(
        two_records(lambda first, line, random: line.update(url=first["url"])),
        *("url-id", "url-unique"),
    ),
    # images
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
    "names that end otherwise": kind(
        renamed_images(lambda name: name.replace(".png", ".exe")), "image-suffix"
    ),
    "names that differ in case": kind(capital_twin, "image-case"),
    "a lost picture that the manifest admits": kind(
        picture(lambda path, other, random: path.unlink()), "image-missing"
    ),
    "no picture at all": kind(no_pictures, "images-absent"),
    "half a picture": kind(picture(half), "image-broken"),
    "a page for a picture": kind(picture(page_for_picture), "image-broken"),
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
    "a picture of no record": kind(orphan_picture, "image-orphan"),
    # splits
    "test is dev": kind(test_is_dev, "split-same"),
    "no record in dev": kind(emptied, "split-empty"),
    "more in test than in train": kind(moved_to_test, "split-size"),
    "no entity in dev": kind(all_of("dev", lambda lines, _: only("?", lines)), "split-entities"),
    "a type that test lacks": kind(
        all_of("test", lambda lines, _: [without_type(line) for line in lines]),
        *("split-types", "drift-entities"),
    ),
    "fewer entities in test": kind(fewer_entities, "drift-entities"),
    "more images in test": kind(more_images, "drift-images"),
    "longer texts in test": kind(
        all_of("test", lambda lines, _: [lengthened(line) for line in lines]), "drift-tokens"
    ),
    "another mixture of types in test": kind(other_mixture, "drift-types"),
    "a text again": kind(two_records(same_text), "text-twice"),
    # lines
    "a line that is no JSON": kind(raw_line(lambda line: line[:-9].encode()), "json"),
    "a line of something else": kind(raw_line(lambda line: b"[1, 2]"), "record-record"),
    "a blank line": kind(raw_line(lambda line: b""), "json"),
    "a field that nobody knows": kind(
        record(lambda line, random: line.update(mood=1)), "record-mood"
    ),
    "a field that is missing": kind(record(lambda line, random: line.pop("text")), "record-text"),
    "bytes that are no UTF-8": kind(
        raw_line(lambda line: line.encode().replace(b"number", b"n\xfcmber", 1)), "utf-8"
    ),
    "lines that end in CRLF": kind(with_carriage_returns, "line-ends"),
    "a byte-order mark": kind(with_byte_order_mark, "byte-order-mark"),
    # manifest and files
    "a changed split": kind(changed_split, "checksum", in_manifest=True),
    "a wrong checksum": kind(manifest(wrong_checksum, "dev.jsonl"), "checksum", in_manifest=True),
    "a lost split": kind(lost("dev.jsonl"), "file-missing", "split-empty", in_manifest=True),
    "a lost picture": kind(lost_picture, "file-missing", in_manifest=True),
    "a link": kind(linked_picture, "file-missing", in_manifest=True),
    "a file that the manifest does not know": kind(unknown_file, "file-unknown", in_manifest=True),
    "a split that the manifest does not list": kind(
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
    "a post that was withdrawn": kind(withdrawn, "withdrawn", in_manifest=True),
    "a post that was withdrawn later": kind(with_a_notice, "withdrawal-notice", in_manifest=True),
    "a version that is none": kind(set_field("version", "latest"), "version", in_manifest=True),
    "no name": kind(set_field("name", " "), "name", in_manifest=True),
    "another format": kind(set_field("format", "other-2"), "manifest-format", in_manifest=True),
    "a field that a manifest does not have": kind(
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
SOME_ENTRY = {"bytes": 0, "sha256": "0" * 64}


def without_type(line: Line, kind: str = "LOC") -> None:
    line["label"] = ["O" if tag.endswith(kind) else tag for tag in line["label"]]
    line["evidence"] = [[0]] * sum(tag.startswith("B-") for tag in line["label"])
