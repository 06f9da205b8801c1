"""Posts that a user gives as text: one per line of a text file, or as JSON lines, with or without pictures.

A JSON line has `text` (a string), or `tokens` (a list of strings), or both; and, if wanted, `id` and `images`
(names of picture files). A line of a release is one too: its `text` is the list of tokens, `raw` the string.
Other fields are ignored. A post without an id gets the number of its line. Text is tagged as it stands, so
that offsets count its code points: nothing is unescaped, normalised or cut.

A line that cannot be used has a row in `problems`; the others are read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from ...schema import Problem, Record, Release
from ...schema.files.json_text import NotJson, parse_json
from ...schema.files.links import unlinked
from ...schema.formats.text_lines import read_lines
from ...schema.labels import OUTSIDE
from ...schema.record import validation_problems
from ...schema.tokens import tokenize
from .given_pictures import pictures_by_id

JSON_LINES: Final = frozenset({".jsonl", ".ndjson", ".json"})
MAX_CHARACTERS: Final = 100_000
"""A post of X has at most 25,000 characters."""
Offsets = tuple[tuple[int, int], ...]


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    id: str | int | None = None
    text: str | list[str] | None = None
    raw: str | None = None
    tokens: list[str] | None = None
    images: list[str] | None = None


@dataclass(frozen=True)
class GivenPosts:
    """Posts as a release with one split.

    Attributes:
        release: the posts that can be tagged; its `problems` are about the others, and about pictures.
        without_words: posts that have no word and are not in the release.
    """

    release: Release
    without_words: int


def read_posts(path: Path, images: Path | None) -> GivenPosts:
    """Read a file of posts.

    Args:
        path: JSON lines if its name ends in `.jsonl`, `.ndjson` or `.json`, otherwise a text file.
        images: folder of the pictures. Without it, only pictures that a line names are read, from the folder
            of the file.

    Raises:
        DataError: the file or the folder cannot be read.
    """
    problems: list[Problem] = []
    lines = ((f"{path}:{number}", str(number), line) for number, line in read_lines(path, problems))
    is_json = path.suffix.lower() in JSON_LINES
    posts = _json_posts(lines, problems) if is_json else _text_posts(lines)
    return _given(posts, problems, path.name, path.parent, images)


def posts_of_texts(texts: Sequence[str], images: Path | None) -> GivenPosts:
    """Return posts with the ids 1, 2 and so on; `images` as in `read_posts`.

    Raises:
        DataError: the folder of pictures cannot be read.
    """
    lines = [(f"text {number}", str(number), text) for number, text in enumerate(texts, start=1)]
    return _given(_text_posts(lines), [], "texts", Path(), images)


def _text_posts(lines: Iterable[tuple[str, str, str]]) -> Iterator[tuple[str, str, _Line]]:
    for where, number, line in lines:
        yield where, number, _Line(text=line)


def _json_posts(
    lines: Iterable[tuple[str, str, str]], problems: list[Problem]
) -> Iterator[tuple[str, str, _Line]]:
    for where, number, line in lines:
        if not line.strip():
            continue
        try:
            yield where, number, _Line.model_validate(parse_json(line))
        except NotJson as error:
            problems.append(Problem("error", "json", where, str(error), "JSON"))
        except ValidationError as error:
            problems.extend(validation_problems(error, where, of="post"))


def _given(
    posts: Iterable[tuple[str, str, _Line]],
    problems: list[Problem],
    name: str,
    beside: Path,
    images: Path | None,
) -> GivenPosts:
    """Turn lines into records, each id once, and find their pictures."""
    records: dict[str, Record] = {}
    named: dict[str, bool] = {}
    without_words = 0
    for where, number, line in posts:
        id = number if line.id is None else str(line.id)
        if id in records:
            problems.append(
                Problem("error", "post-once", where, f"id {id!r} again", "each id once")
            )
            continue
        words = _words(line, where, problems)
        if words is None:
            continue
        if not words[1]:
            without_words += 1
        elif record := _record(id, *words, line.images or (), where, problems):
            records[id], named[id] = record, line.images is not None
    folder = images or beside
    if images is not None:
        unnamed = {id for id, has_names in named.items() if not has_names}
        taken = {image for record in records.values() for image in record.images}
        for id, found in pictures_by_id(images, unnamed, problems, named=taken).items():
            records[id] = records[id].model_copy(update={"images": tuple(found)})
    release = Release(
        name,
        folder,
        {"test": tuple(records.values())},
        lambda image: unlinked(folder / image),
        problems=tuple(problems),
    )
    return GivenPosts(release, without_words)


def _words(
    line: _Line, where: str, problems: list[Problem]
) -> tuple[str, tuple[str, ...], Offsets] | None:
    """Return the raw text, its tokens and their offsets; None, with a row, if the line has none."""
    listed = line.text if isinstance(line.text, list) else line.tokens
    raw = line.text if isinstance(line.text, str) else line.raw
    if raw is None and listed is None:
        problems.append(Problem("error", "post-text", where, "no text", "text or tokens"))
        return None
    if raw is None:
        raw = " ".join(listed or ())
    if len(raw) > MAX_CHARACTERS:
        found, wanted = f"{len(raw):,} characters", f"at most {MAX_CHARACTERS:,}"
        problems.append(Problem("error", "post-length", where, found, wanted))
        return None
    if listed is None:
        tokens = tokenize(raw)
        offsets = tuple((token.start, token.end) for token in tokens)
        return raw, tuple(token.text for token in tokens), offsets
    at, places = 0, []
    for token in listed:
        start = raw.find(token, at)
        if start < 0 or raw[at:start].strip() or not token.strip():
            found = f"token {token!a}"[:80]
            wanted = "the tokens of the text, in order, each with a character"
            problems.append(Problem("error", "post-tokens", where, found, wanted))
            return None
        at = start + len(token)
        places.append((start, at))
    return raw, tuple(listed), tuple(places)


def _record(
    id: str,
    raw: str,
    tokens: tuple[str, ...],
    offsets: Offsets,
    images: Iterable[str],
    where: str,
    problems: list[Problem],
) -> Record | None:
    """Return a record without labels; None, with rows, if something in it cannot be."""
    try:
        return Record(
            id=id,
            text=tokens,
            images=tuple(images),
            label=(OUTSIDE,) * len(tokens),
            raw=raw,
            offsets=offsets,
        )
    except ValidationError as error:
        problems.extend(validation_problems(error, where))
        return None
