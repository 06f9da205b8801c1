"""Read spans from CoNLL files: lines of tokens and tags, aligned with the clean text of their post.

A line `# id: 123` or `IMGID:123` names the post of the token lines below it. A token line is a token,
any columns in between, and a tag (BIO, IOB1 or BIOES), separated by tabs or spaces. An empty line ends a
post. Any tokenizer may have made the tokens, if together they are the text from left to right.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ...schema import Post, Problem
from ...schema.formats.repeated_notes import RepeatedNotes
from ...schema.problem import errors_in
from ...schema.tags import Scheme, as_bio, detect_scheme
from .validate import RawAnnotation, RawSpan, short_repr

_ID: Final = re.compile(r"(?:#\s*(?:post_)?id\s*[:=]|IMGID:)\s*(\S+)\s*")
_TOKEN: Final = re.compile(r"([^\t ]+)(?:[\t ].*)?[\t ](O|[BIES]-\S+)\s*")
_COMMENT: Final = re.compile(r"#\s|-DOCSTART-")
_WANTED: Final = "a token and its tag, or `# id: <post id>`"


@dataclass(slots=True)
class TaggedText:
    """The tokens and tags of one post.

    path: the file.
    line: number of the line that names the post.
    tokens, tags, lines: the tokens, the tag and the line number of each.
    scheme: the scheme of the tags.
    """

    path: Path
    line: int
    post_id: str
    tokens: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    scheme: Scheme = "IOB2"

    @property
    def where(self) -> str:
        """The file and the line that names the post."""
        return f"{self.path}:{self.line}"


def read_tagged_texts(
    path: Path, lines: Iterable[tuple[int, str]], problems: list[Problem]
) -> list[TaggedText]:
    """Return the posts of a file, each with the tag scheme of the whole file."""
    repeated = RepeatedNotes(path)
    texts = list(_texts(path, lines, repeated, problems))
    scheme = detect_scheme(text.tags for text in texts)
    if scheme != "IOB2":
        problems.append(Problem("note", "scheme", f"{path}:1", scheme, "IOB2", "read as such"))
    for text in texts:
        text.scheme = scheme
    problems.extend(repeated.problems())
    return texts


def _texts(
    path: Path, lines: Iterable[tuple[int, str]], repeated: RepeatedNotes, problems: list[Problem]
) -> Iterator[TaggedText]:
    text: TaggedText | None = None
    for number, line in lines:
        named, token = _ID.fullmatch(line), _TOKEN.fullmatch(line)
        if named or not line.strip(" \t"):
            # an empty line between the id and its tokens ends nothing
            if text and (named or text.tokens):
                yield text
                text = None
            if named:
                text = TaggedText(path, number, named[1])
        elif token and text:
            text.tokens.append(token[1])
            text.tags.append(token[2])
            text.lines.append(number)
        elif _COMMENT.match(line) and not token:
            repeated.add(number, "comment", "a comment", "none")
        else:
            wanted = "`# id: <post id>` before the tokens" if token else _WANTED
            problems.append(Problem("error", "conll", f"{path}:{number}", short_repr(line), wanted))
    if text:
        yield text


def raw_annotation(tagged: TaggedText, post: Post, problems: list[Problem]) -> RawAnnotation | None:
    """Return the spans of the tags, in code points of the text; None if the tokens are not the text."""
    rows: list[Problem] = []
    places = _aligned(tagged, post.text, rows)
    bio, broken = as_bio(tagged.tags, tagged.scheme)
    for position in broken:
        where = f"{tagged.path}:{tagged.lines[position]}"
        wanted = f"valid {tagged.scheme}"
        detail = f"read as {bio[position]}"
        rows.append(Problem("warning", "bio", where, tagged.tags[position], wanted, detail))
    problems.extend(rows)
    if errors_in(rows):
        return None
    spans: list[RawSpan] = []
    for first, last, kind in _entities(bio):
        start, end = places[first][0], places[last][1]
        where = f"{tagged.path}:{tagged.lines[first]}"
        # the tokens are the surface text, and they fit
        spans.append(RawSpan(where, start, end, kind, post.text[start:end]))
    return RawAnnotation(tagged.where, post.id, tuple(spans))


def _entities(bio: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Yield first token, last token and type, as the file spells it, of each entity of valid IOB2 tags."""
    for first, tag in enumerate(bio):
        if tag.startswith("B-"):
            last = first
            while last + 1 < len(bio) and bio[last + 1] == f"I-{tag[2:]}":
                last += 1
            yield first, last, tag[2:]


def _aligned(tagged: TaggedText, text: str, problems: list[Problem]) -> list[tuple[int, int]]:
    """Return start and end of each token, in order with only white space in between; or add one error."""
    places: list[tuple[int, int]] = []
    at = 0
    for token, line in zip(tagged.tokens, tagged.lines, strict=True):
        at = _skip_space(text, at)
        if not text.startswith(token, at):
            wanted = (
                f"the text from code point {at}: {short_repr(text[at : at + max(20, len(token))])}"
            )
            where = f"{tagged.path}:{line}"
            problems.append(
                Problem("error", "conll-text", where, f"token {short_repr(token)}", wanted)
            )
            return places
        places.append((at, at + len(token)))
        at += len(token)
    at = _skip_space(text, at)
    if at < len(text):
        found = f"only {len(tagged.tokens)} tokens"
        wanted = f"tokens for the rest of the text: {short_repr(text[at:])}"
        problems.append(Problem("error", "conll-text", tagged.where, found, wanted))
    return places


def _skip_space(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at
