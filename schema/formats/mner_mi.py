"""Read and write the published MNER-MI layout: `text/MNER-MI_{train,val,test}.txt` and `images/`.

The merged MNER-MI-Plus is `text/MNER-UNI_*.txt` with `twitter2017_images/`, where the record image
`twitter2017-O_538.jpg` is the file `O_538.jpg`. A line is a JSON object or sometimes a Python literal (the
authors' loader evaluates lines; this module never does). Types are PER, LOC, ORG and `MIS`.
Source: the README and loader of JinFish/MNER-MI.
"""

from __future__ import annotations

import ast
import json
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..errors import DataError
from ..files.atomic_write import open_added
from ..files.json_text import NotJson, parse_json
from ..labels import Split
from ..problem import Problem
from ..record import Record, validation_problems
from .label_names import LabelNames
from .published_record import our_labels, published_record, repeated_ids
from .repeated_notes import RepeatedNotes
from .text_lines import read_lines

Part = Literal["MNER-MI", "MNER-UNI"]

FILE_SPLITS: Final[dict[str, Split]] = {"train": "train", "val": "dev", "test": "test"}
TWITTER_2017_PREFIX: Final = "twitter2017-"
DEEPEST_LITERAL = 4
LONGEST_LITERAL = 2**20  # the parser takes hundreds of bytes for each character


class _Line(BaseModel):
    """One line as published; unknown fields are ignored."""

    model_config = ConfigDict(extra="ignore")

    id: int | str
    text: list[str]
    label: list[str]
    images: list[str]
    url: str = Field(default="")


def text_file(folder: Path, part: Part, split: Split) -> Path:
    """Return the path of a split."""
    name = next(name for name, ours in FILE_SPLITS.items() if ours == split)
    return folder / "text" / f"{part}_{name}.txt"


def image_file(folder: Path, image: str) -> Path:
    """Return the path of an image that a record names."""
    if image.startswith(TWITTER_2017_PREFIX):
        return folder / "twitter2017_images" / image.removeprefix(TWITTER_2017_PREFIX)
    return folder / "images" / image


def read_mner_mi(
    folder: Path,
    part: Part = "MNER-MI",
    lines: dict[Split, list[int]] | None = None,
    names: LabelNames | None = None,
) -> tuple[dict[Split, tuple[Record, ...]], list[Problem]]:
    """Return the records of each split and all problems of the files, with file and line.

    A problem of level `error` means that a line was left out.

    Args:
        folder: the folder that contains `text/`.
        part: `MNER-MI`, or `MNER-UNI` for MNER-MI-Plus.
        lines: if given, the line number of each record is stored in it, by split.
        names: how to read type names.

    Raises:
        DataError: a split is missing.
    """
    splits: dict[Split, tuple[Record, ...]] = {}
    problems: list[Problem] = []
    seen: dict[str, str] = {}
    for split in FILE_SPLITS.values():
        path = text_file(folder, part, split)
        if not path.is_file():
            raise DataError(
                f"{path}: missing; the published {part} has train, val and test",
                f"ls {path.parent}    # then complete the folder, or give the folder that holds text/",
            )
        numbers: list[int] = []
        splits[split] = tuple(_read_file(path, problems, seen, numbers, names or LabelNames()))
        if lines is not None:
            lines[split] = numbers
    return splits, problems


def _read_file(
    path: Path,
    problems: list[Problem],
    seen: dict[str, str],
    numbers: list[int],
    names: LabelNames,
) -> Iterable[Record]:
    repeated = RepeatedNotes(path)
    for number, line in read_lines(path, problems):
        where = f"{path}:{number}"
        if not line.strip():
            repeated.add(number, "blank-line", "a blank line", "one object per line")
            continue
        parsed = _parse(line, number, where, repeated, problems)
        if parsed is None:
            continue
        labels = our_labels(
            parsed.label,
            names=names,
            line=number,
            repeated=repeated,
            where=where,
            problems=problems,
        )
        if labels is None:
            continue
        if isinstance(parsed.id, int):
            repeated.add(number, "id-type", "an id that is a number", "a string")
        record = published_record(
            id=str(parsed.id),
            text=parsed.text,
            labels=labels,
            scheme="IOB2",
            images=parsed.images,
            url=parsed.url,
            where=where,
            problems=problems,
        )
        if record:
            problems.extend(repeated_ids(seen, record, where))
            numbers.append(number)
            yield record
    problems.extend(repeated.problems())


def _parse(
    line: str, number: int, where: str, repeated: RepeatedNotes, problems: list[Problem]
) -> _Line | None:
    try:
        value = parse_json(line)
    except NotJson as error:
        value = python_literal(line)
        if value is None:
            problems.append(Problem("error", "json", where, str(error), "one JSON object per line"))
            return None
        repeated.add(number, "python-literal", "a Python literal", "JSON")
    try:
        return _Line.model_validate(value)
    except ValidationError as error:
        problems.extend(validation_problems(error, where))
        return None


def python_literal(line: str) -> object | None:
    """Return the value of a Python literal such as `{'id': 1, ...}`, or None.

    Nothing is evaluated. Literals that are long, deeply nested or more than JSON can hold are refused.
    """
    if len(line) > LONGEST_LITERAL or line.count("[") + line.count("{") > 64 * DEEPEST_LITERAL:
        return None
    try:
        with (
            warnings.catch_warnings()
        ):  # about stray backslashes, which the authors' loader accepts too
            warnings.simplefilter("ignore")
            value: object = parse_json(json.dumps(ast.literal_eval(line.strip())))
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None
    return value


def write_mner_mi(
    folder: Path, splits: Mapping[Split, Iterable[Record]], part: Part = "MNER-MI"
) -> None:
    """Write `text/PART_*.txt` as published: with `MIS`, and with integer ids as numbers."""
    for split, records in splits.items():
        path = text_file(folder, part, split)
        path.parent.mkdir(parents=True, exist_ok=True)
        with open_added(path) as out:
            for record in records:
                out.write(json.dumps(_as_published(record), ensure_ascii=False) + "\n")


def _as_published(record: Record) -> dict[str, object]:
    is_number = record.id.isascii() and record.id.isdigit() and str(int(record.id)) == record.id
    return {
        "id": int(record.id) if is_number else record.id,
        "text": list(record.text),
        "images": list(record.images),
        "label": [label.replace("-MISC", "-MIS") for label in record.label],
        "url": record.url,
    }
