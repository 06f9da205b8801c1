"""JSON lines with character offsets: the fields of a record, then the sentence and its entities in it.

`start` and `end` are code points of `sentence`: the raw text where the record has it, else the tokens with
one space between. Whoever ignores the two last fields reads the record itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from ...schema import SPLITS, Record
from ...schema.release.manifest import IMAGES
from .job import Job

Offsets = tuple[tuple[int, int], ...]


def to_jsonl(job: Job) -> None:
    """Writes `train.jsonl`, `dev.jsonl`, `test.jsonl` and the images."""
    for split in SPLITS:
        path = job.folder / f"{split}.jsonl"
        with path.open("w", encoding="utf-8", newline="\n") as out:
            for record in job.release.splits.get(split, ()):
                out.write(json.dumps(line_of(record), ensure_ascii=False) + "\n")
    job.copy_images(lambda name: job.folder / IMAGES / name)


def line_of(record: Record) -> dict[str, object]:
    """One line: what the release says of the record, and its entities by character."""
    sentence, offsets = sentence_of(record)
    edges = [(offsets[s.start][0], offsets[s.end - 1][1], s.type) for s in record.spans]
    return {
        **record.model_dump(mode="json", exclude_none=True),
        "sentence": sentence,
        "entities": [
            {"start": start, "end": end, "type": kind, "text": sentence[start:end]}
            for start, end, kind in edges
        ],
    }


def sentence_of(record: Record) -> tuple[str, Offsets]:
    """The text of a record, and where its tokens stand in it."""
    if record.raw is not None and record.offsets is not None:
        return record.raw, record.offsets
    return " ".join(record.text), tuple(_joined(record.text))


def _joined(tokens: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    at = 0
    for token in tokens:
        yield at, at + len(token)
        at += len(token) + 1
