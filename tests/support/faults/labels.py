"""Faults of labels and evidence."""

from __future__ import annotations

from pathlib import Path
from random import Random

from support.sound_release import Line, read_split, write_split

from .fault import Fault, Kind, kind, record
from .text import without_raw


def named(line: Line, tokens: list[str], kind: str = "PER") -> None:
    """Append an entity to the text."""
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
    """Append one name to six records, once as a place and else as an organization."""
    lines = read_split(folder, "train")
    odd = random.randrange(6)
    for number in range(6):
        named(lines[number], ["Zenith"], "LOC" if number == odd else "ORG")
    write_split(folder, "train", lines)
    return f"train.jsonl:{odd + 1}"


def other_name_in_test(folder: Path, random: Random) -> str:
    for split, label_type in (("train", "ORG"), ("test", "MISC")):
        lines = read_split(folder, split)
        for line in lines[:4]:
            named(line, ["Zenith"], label_type)
        write_split(folder, split, lines)
    return "test.jsonl"


def same_text_other_labels(folder: Path, random: Random) -> str:
    """Give the last test record the text of a train record, without entities."""
    source = random.choice(read_split(folder, "train"))
    lines = read_split(folder, "test")
    lines[-1] |= {key: source[key] for key in ("text", "raw", "offsets")}
    lines[-1] |= {"label": ["O"] * len(source["text"]), "evidence": []}
    write_split(folder, "test", lines)
    return f"test.jsonl:{len(lines)}"


LABELS: dict[str, Kind] = {
    "an I- tag without an entity before it": kind(record(orphan), "bio"),
    "an I- tag of another type": kind(record(other_type_inside), "bio"),
    "one tag too few": kind(record(lambda line, random: line["label"].pop()), "label-count"),
    "one tag too many": kind(record(lambda line, random: line["label"].append("O")), "label-count"),
    "an unknown type": kind(
        record(lambda line, random: line["label"].__setitem__(0, "B-GPE")), "label"
    ),
    "the type MIS": kind(
        record(lambda line, random: line["label"].__setitem__(0, "B-MIS")), "label"
    ),
    "a name of punctuation": kind(with_name(".", "."), "mark-only"),
    "a name with its @": kind(with_name("@", "ada"), "sign"),
    "a link as a name": kind(with_name("https://t.co/x"), "link"),
    "a long name": kind(with_name(*["a"] * 11), "long"),
    "a name with another type elsewhere": kind(odd_name, "label-odd"),
    "a name with another type in test": kind(other_name_in_test, "label-split"),
    "the same text with other labels": kind(same_text_other_labels, "label-twice"),
    "evidence for too few entities": kind(
        record(lambda line, random: line["evidence"].pop()), "evidence"
    ),
    "evidence in an image that does not exist": kind(
        record(lambda line, random: line["evidence"].__setitem__(0, [9])), "evidence"
    ),
}
