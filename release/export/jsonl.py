"""Write JSON lines: the fields of a record, then its sentence and the entities with character offsets.

`sentence` is the raw text where the record has it, else the tokens joined by spaces; `start` and `end` are in
code points of it. A reader that ignores these two fields reads the record itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from ...schema import SPLITS, Record
from ...schema.files.atomic_write import open_added
from ...schema.release.manifest import IMAGES
from .job import Job

Offsets = tuple[tuple[int, int], ...]


def to_jsonl(job: Job) -> None:
    """Write `train.jsonl`, `dev.jsonl`, `test.jsonl` and the images."""
    for split in SPLITS:
        path = job.folder / f"{split}.jsonl"
        with open_added(path) as out:
            for record in job.release.splits.get(split, ()):
                out.write(json.dumps(line_of(record), ensure_ascii=False) + "\n")
    job.copy_images(lambda name: job.folder / IMAGES / name)


def line_of(record: Record) -> dict[str, object]:
    """Return one line: the fields of the record, its sentence and its entities."""
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
    """Return the text of a record and the (start, end) of each token in it."""
    if record.raw is not None and record.offsets is not None:
        return record.raw, record.offsets
    return " ".join(record.text), tuple(_joined_offsets(record.text))


def _joined_offsets(tokens: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    at = 0
    for token in tokens:
        yield at, at + len(token)
        at += len(token) + 1
