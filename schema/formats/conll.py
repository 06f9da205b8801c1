"""Read and write the CoNLL layout of Twitter-2015 and Twitter-2017 (Zhang et al. 2018; Lu et al. 2018).

A tweet is a line `IMGID:<id>`, then `token<TAB>tag` lines, then an empty line; its only image is
`<id>.jpg`. The folder contains `train.txt`, `valid.txt` and `test.txt`. Exports of mnerctl have comment
lines instead of `IMGID:`, with the id, the URL and any number of images (see `conll_comment.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ..errors import DataError
from ..files.atomic_write import open_added
from ..labels import Split
from ..problem import Problem
from ..record import Record
from ..tags import detect_scheme
from .conll_comment import comment_lines, comment_of
from .label_names import LabelNames
from .published_record import our_labels, published_record, repeated_ids
from .repeated_notes import RepeatedNotes
from .text_lines import read_lines

FILE_SPLITS: Final[dict[str, Split]] = {"train": "train", "valid": "dev", "test": "test"}
IMAGE_LINE: Final = "IMGID:"
IMAGE_SUFFIX: Final = ".jpg"


@dataclass(slots=True)
class _Tweet:
    """One tweet of a file.

    Attributes:
        line: number of its first line.
        id: the id in its first line.
        images: from comment lines, None if there are none.
        url: from comment lines, empty if there are none.
        text: the tokens.
        tags: the tags as written in the file.
        lines: line number of each token.
    """

    line: int
    id: str
    images: list[str] | None = None
    url: str = ""
    text: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)


def split_file(folder: Path, split: Split) -> Path:
    """Return the path of a split."""
    name = next(name for name, ours in FILE_SPLITS.items() if ours == split)
    return folder / f"{name}.txt"


def read_twitter(
    folder: Path,
    lines: dict[Split, list[int]] | None = None,
    names: LabelNames | None = None,
) -> tuple[dict[Split, tuple[Record, ...]], list[Problem]]:
    """Return the records of each split and all problems of the files, with file and line.

    The id of a record is its image id. A problem of level `error` means that a tweet was left out.

    Args:
        folder: the folder with the three files.
        lines: if given, the first line number of each record is stored in it, by split.
        names: how to read type names.

    Raises:
        DataError: a split is missing.
    """
    splits: dict[Split, tuple[Record, ...]] = {}
    problems: list[Problem] = []
    seen: dict[str, str] = {}
    for split in FILE_SPLITS.values():
        path = split_file(folder, split)
        if not path.is_file():
            raise DataError(
                f"{path}: missing; Twitter-2015 and Twitter-2017 have train, valid and test",
                f"ls {folder}    # then complete the folder, or give the folder that holds {path.name}",
            )
        first_lines: list[int] = []
        splits[split] = tuple(read_conll(path, problems, seen, first_lines, names or LabelNames()))
        if lines is not None:
            lines[split] = first_lines
    return splits, problems


def read_conll(
    path: Path,
    problems: list[Problem],
    seen: dict[str, str],
    first_lines: list[int],
    names: LabelNames,
) -> Iterator[Record]:
    """Yield the records of one file.

    Args:
        path: the file.
        problems: problems are added to it.
        seen: place of each id, in this file or an earlier one; new ids are added.
        first_lines: the first line number of each record is added to it.
        names: how to read type names.
    """
    repeated = RepeatedNotes(path)
    tweets = list(_tweets(path, problems, repeated))
    labels = [
        our_labels(
            tweet.tags,
            names=names,
            line=tweet.line,
            repeated=repeated,
            where=f"{path}:{tweet.line}",
            problems=problems,
        )
        for tweet in tweets
    ]
    scheme = detect_scheme(tags for tags in labels if tags is not None)
    if scheme != "IOB2":
        problems.append(Problem("note", "scheme", f"{path}:1", scheme, "IOB2", "read as such"))
    for tweet, tags in zip(tweets, labels, strict=True):
        if tags is None:
            continue
        where = f"{path}:{tweet.line}"
        record = published_record(
            id=tweet.id,
            text=tweet.text,
            labels=tags,
            scheme=scheme,
            images=[tweet.id + IMAGE_SUFFIX] if tweet.images is None else tweet.images,
            url=tweet.url,
            where=where,
            problems=problems,
            token_where=[f"{path}:{number}" for number in tweet.lines],
        )
        if record:
            problems.extend(repeated_ids(seen, record, where))
            first_lines.append(tweet.line)
            yield record
    problems.extend(repeated.problems())


def _tweets(path: Path, problems: list[Problem], repeated: RepeatedNotes) -> Iterator[_Tweet]:
    tweet: _Tweet | None = None
    for number, line in read_lines(path, problems):
        where = f"{path}:{number}"
        if (id := _id_of(line)) is not None:
            if tweet:
                repeated.add(number, "blank-line", "no empty line before a tweet", "one")
                yield tweet
            tweet = _Tweet(number, id)
        elif tweet and not tweet.text and (comment := comment_of(line)):
            key, words = comment
            if key == "images":
                tweet.images = words
            else:
                tweet.url = "".join(words)
        elif not line.strip(" \t"):
            if tweet:
                yield tweet
            else:
                repeated.add(number, "blank-line", "an extra empty line between tweets", "one")
            tweet = None
        elif tweet is None:
            problems.append(
                Problem("error", "conll", where, line[:60], f"{IMAGE_LINE}<id> before the tokens")
            )
        else:
            token, tab, tag = line.rpartition("\t")
            if not tab:
                problems.append(Problem("error", "conll", where, line[:60], "token, TAB, tag"))
                continue
            tweet.text.append(token)
            tweet.tags.append(tag.strip())
            tweet.lines.append(number)
    if tweet:
        yield tweet


def _id_of(line: str) -> str | None:
    """Return the id in a line that begins a tweet, or None for any other line."""
    if line.startswith(IMAGE_LINE) and "\t" not in line.rstrip():
        return line.removeprefix(IMAGE_LINE).strip()
    comment = comment_of(line)
    return "".join(comment[1]) if comment and comment[0] == "id" else None


def write_twitter(folder: Path, splits: Mapping[Split, Iterable[Record]]) -> None:
    """Write the three files as published; each record has one image, named by its id."""
    _write(folder, splits, lambda record: [f"{IMAGE_LINE}{record.id}"])


def write_conll(folder: Path, splits: Mapping[Split, Iterable[Record]]) -> None:
    """Write the three files with comment lines, which keep the id, the URL and all images.

    Raises:
        DataError: tokens contain characters that a line cannot; has a row for each.
    """
    frozen = {split: tuple(records) for split, records in splits.items()}
    problems = [
        Problem(
            "error",
            "token",
            f"{split} record {record.id}",
            repr(token),
            "a token that is not blank, without tab or line end",
        )
        for split, records in frozen.items()
        for record in records
        for token in record.text
        if not token.strip() or any(char in "\t\n\r" for char in token)
    ]
    if problems:
        raise DataError(
            f"{len(problems)} tokens cannot be written to a CoNLL line; the first: {problems[0].where}:"
            f" {problems[0].found}",
            "export to jsonl or parquet, which can store any token",
            problems=problems,
        )
    _write(folder, frozen, comment_lines)


def _write(
    folder: Path,
    splits: Mapping[Split, Iterable[Record]],
    head: Callable[[Record], list[str]],
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for split, records in splits.items():
        with open_added(split_file(folder, split)) as out:
            for record in records:
                rows = (f"{t}\t{tag}" for t, tag in zip(record.text, record.label, strict=True))
                out.writelines(f"{line}\n" for line in (*head(record), *rows, ""))
